import type { Run } from '../../command/spec';
import { findNetwork } from '../../cloud/catalogue';
import { showOne } from '../../output/show';

export const run: Run = async (context, given) => showOne(context, given, await findNetwork(await context.cloud(), given.args[0]!));
