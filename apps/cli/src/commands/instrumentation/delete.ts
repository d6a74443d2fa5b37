import type { Run } from '../../command/spec';
import { routes } from '../../cloud/routes.at-build';
import { eachTarget } from '../each-target';
import { findInstrumentation } from './find';

export const run: Run = async (context, { args }) => {
  const cloud = await context.cloud();
  await eachTarget(context, args, async (text) => {
    const { id } = await findInstrumentation(cloud, text);
    await cloud.call(routes.deleteInstrumentation, { id });
    context.terminal.print(`Deleted instrumentation ${id}`);
  });
};
