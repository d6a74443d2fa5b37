import type { Run } from '../../command/spec';
import { showOne } from '../../output/show';
import { findInstrumentation } from './find';

export const run: Run = async (context, given) =>
  showOne(context, given, await findInstrumentation(await context.cloud(), given.args[0]!), 'id');
