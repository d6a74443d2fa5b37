import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorClient, ServiceError } from '@nereid/client/operator';
import { NodeTransport } from '@nereid/client/operator-node';
import type { Given, Run } from '../../command/spec';
import { CliError, exitCodes } from '../../cli-error';
import type { Context } from '../../context';

/** What of a session outlives the command. The cookie is the session: whoever reads the file is the operator. */
interface KeptSession {
  readonly url: string;
  readonly cookie: string;
}

function sessionFile({ config }: Context): string {
  return join(config.path, 'operator.json');
}

export function keepSession(context: Context, session: KeptSession): void {
  context.config.writeJson(sessionFile(context), session); // 0600
  chmodSync(sessionFile(context), 0o600);
}

export function forgetSession(context: Context): void {
  rmSync(sessionFile(context), { force: true });
}

/** @throws CliError `Config` nobody is signed in */
export function keptSession(context: Context): KeptSession {
  const kept = context.config.readJson(sessionFile(context)) as KeptSession | undefined;
  if (kept) return kept;
  throw new CliError('Config', 'no operator is signed in', { next: ['sign in: nereid adm login URL'] });
}

/** A command that needs an operator's session: `act` gets the client, and what the API refuses is said as every other error. */
export function asOperator(act: (client: OperatorClient, context: Context, given: Given) => Promise<void>): Run {
  return async (context, given) => {
    const { url, cookie } = keptSession(context);
    const client = new OperatorClient(new NodeTransport({ url, cookie, ca: context.authority().ca }));
    try {
      await refusalsAsErrors(async () => {
        // What changes something needs the session's token, which a new process does not know.
        if (!(await client.resume())) throw new ServiceError('InvalidCredentials', 'the session has ended');
        await act(client, context, given);
      });
    } finally {
      client.close();
    }
  };
}

/** @throws CliError for what the API answered as an error, by its code */
export async function refusalsAsErrors<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const exits: Readonly<Record<string, number>> = {
      ResourceNotFound: exitCodes.notFound,
      Timeout: exitCodes.timeout,
      NotAuthorized: exitCodes.refused,
      Conflict: exitCodes.refused,
      InUse: exitCodes.refused,
    };
    const requestId = error.context?.['requestId'];
    throw new CliError(error.code, error.message, {
      exit: exits[error.code] ?? exitCodes.failed,
      ...(error.errors && { fields: error.errors }),
      ...(error.code === 'InvalidCredentials' && { next: ['sign in: nereid adm login URL'] }),
      ...(typeof requestId === 'string' && { requestId }),
      cause: error,
    });
  }
}
