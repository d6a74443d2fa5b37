import type { Run } from '../../command/spec';
import { sshTo } from './ssh-target';

export const run: Run = async (context, given) => {
  const argv = await sshTo(context, given);
  await context.close(); // nothing more is asked, however long the person stays
  return context.programs.attach([...argv, ...given.args.slice(1)] as [string, ...string[]], context.env);
};
