import { OperatorClient, ServiceError } from '@nereid/client/operator';
import { NodeTransport } from '@nereid/client/operator-node';
import type { Run } from '../../command/spec';
import { CliError } from '../../cli-error';
import type { Context } from '../../context';
import { readText } from '../pairs';
import { asOperator, forgetSession, keepSession, refusalsAsErrors } from './operator';

/** Signs in with a password from the terminal, or from a file that only its owner reads. */
export const login: Run = async (context, { args: [url = ''], values }) => {
  if (!URL.canParse(url)) throw new CliError('Usage', `"${url}" is no URL`, { exit: 2 });
  const name = values['login']?.at(-1) ?? 'admin';
  const file = values['password-file']?.at(-1);
  const password =
    file === undefined ? await context.terminal.ask(`Password of ${name}: `, true) : (await passwordOf(context, file)).trim();
  const transport = new NodeTransport({ url, ca: context.authority().ca });
  const client = new OperatorClient(transport);
  try {
    const session = await refusalsAsErrors(async () => {
      try {
        return await client.signIn({ login: name, password });
      } catch (error) {
        if (!(error instanceof ServiceError) || !error.errors?.some(({ field, code }) => field === 'totp' && code === 'Missing'))
          throw error;
        return client.signIn({ login: name, password, totp: (await context.terminal.ask('Code of the second factor: ')).trim() });
      }
    });
    keepSession(context, { url, cookie: transport.cookie! });
    context.terminal.print(`Signed in as ${session.operator.login} in ${session.datacenter}, until ${session.expires_at}`);
  } finally {
    client.close();
  }
};

export const logout: Run = async (context, given) => {
  await asOperator(async (client) => client.signOut())(context, given).finally(() => forgetSession(context));
  context.terminal.print('Signed out');
};

function passwordOf({ terminal }: Context, file: string): Promise<string> {
  return file === '-' ? terminal.readInput() : Promise.resolve(readText(file));
}
