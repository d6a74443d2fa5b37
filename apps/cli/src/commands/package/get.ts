import type { Run } from '../../command/spec';
import { findPackage } from '../../cloud/catalogue';
import { showOne } from '../../output/show';

export const run: Run = async (context, given) => showOne(context, given, await findPackage(await context.cloud(), given.args[0]!));
