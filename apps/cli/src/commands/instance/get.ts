import type { Run } from '../../command/spec';
import { CliError } from '../../cli-error';
import { isUuid } from '../../cloud/ids';
import { findMachine, getMachine } from '../../cloud/machines';
import { showOne } from '../../output/show';

export const run: Run = async (context, given) => {
  const cloud = await context.cloud();
  const [text = ''] = given.args;
  try {
    const found = await findMachine(cloud, text);
    // Older doors leave fields out of lists, dns_names for one.
    const isWhole = isUuid(text) || 'dns_names' in found;
    showOne(context, given, isWhole ? found : await getMachine(cloud, found.id));
  } catch (error) {
    if (error instanceof CliError && error.code === 'InstanceDeleted' && error.cause) showOne(context, given, error.cause);
    throw error;
  }
};
