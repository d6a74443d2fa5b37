import type { Run } from '../../command/spec';
import { findImage } from '../../cloud/catalogue';
import { showOne } from '../../output/show';

export const run: Run = async (context, given) => {
  showOne(context, given, await findImage(await context.cloud(), given.args[0]!, given.flags.has('all')));
};
