import type { InputOf, ReplyOf } from '@nereid/client';
import { requestPath } from '@nereid/client/request-path';
import { NoAnswer, type RawAnswer, type RawRequest, type SignedConnection, type WebSocketRequest } from '@nereid/client/signed-connection';
import type { cloudapi } from '@nereid/contracts';
import { CliError, exitCodes } from '../cli-error';
import type { Profile } from '../config/profile';
import { explainNoAnswer } from './no-answer';
import type { PlainRoute } from './routes.at-build';

export interface CloudAnswer<Body> {
  readonly status: number;
  readonly headers: RawAnswer['headers'];
  readonly body: Body;
}

/** The customers' API as one profile sees it. */
export class Cloud {
  constructor(
    readonly profile: Profile,
    private readonly connection: SignedConnection,
  ) {}

  /**
   * Calls a route; `params` fill its path. When `signal` is aborted its reason is thrown.
   * @throws CliError what the API answered as an error, by its code; `Timeout` or the connection's own code when no answer came
   */
  async call<Route extends cloudapi.CloudRoute>(
    route: PlainRoute<Route>,
    params: Readonly<Record<string, string>> = {},
    input: InputOf<Route> | undefined = undefined,
    headers: Readonly<Record<string, string>> = {},
    signal: AbortSignal | undefined = undefined,
  ): Promise<CloudAnswer<ReplyOf<Route>>> {
    const hasBody = route.method === 'POST' || route.method === 'PUT';
    const fields = (input ?? {}) as Record<string, unknown>;
    const query = { ...(hasBody ? {} : fields), ...this.roleQuery() };
    const path = requestPath(route.path, { account: this.account, ...params }, query);
    const answer = await this.send(route.method, path, {
      headers,
      ...(hasBody && { body: JSON.stringify(fields) }),
      ...(signal && { signal }),
    });
    if (answer.status !== route.status && !route.otherStatuses.includes(answer.status)) throw asError(answer);
    return { status: answer.status, headers: answer.headers, body: parsed(answer) as ReplyOf<Route> };
  }

  /** Sends a request as it is and answers whatever comes. @throws CliError no answer came @throws the reason of its signal */
  async send(method: string, path: string, request: RawRequest = {}): Promise<RawAnswer> {
    try {
      return await this.connection.send(method, path, request);
    } catch (error) {
      request.signal?.throwIfAborted();
      if (error instanceof NoAnswer) throw explainNoAnswer(error, this.profile.url);
      throw error;
    }
  }

  /** What a WebSocket of a route has to be asked for with. */
  webSocketRequest(route: PlainRoute<cloudapi.CloudRoute>, params: Readonly<Record<string, string>>): Promise<WebSocketRequest> {
    return this.connection.webSocketRequest(requestPath(route.path, { account: this.account, ...params }, this.roleQuery()));
  }

  close(): void {
    this.connection.close();
  }

  /** The account that paths name. */
  private get account(): string {
    return this.profile.actAsAccount ?? 'my';
  }

  private roleQuery(): Record<string, string> {
    const { roles } = this.profile;
    return roles && roles.length > 0 ? { 'as-role': roles.join(',') } : {};
  }
}

function parsed({ text, requestId }: RawAnswer): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CliError('InternalError', `the answer is no JSON: ${text.slice(0, 80)}`, { cause, ...(requestId && { requestId }) });
  }
}

/** Codes of what an account may not do, or not do now. */
const refusals: readonly string[] = ['NotAuthorized', 'CannotDestroyMachineError', 'QuotaExceeded'];

/** An answer that is an error, with what its body says. */
export function asError(answer: RawAnswer): CliError {
  let body: { code?: string; message?: string; errors?: { field: string; code: string; message?: string }[] } = {};
  try {
    body = JSON.parse(answer.text) as typeof body;
  } catch {
    // something before the API answered, a proxy perhaps: its status has to do
  }
  const code = body.code ?? `HTTP${answer.status}`;
  const isInternal = answer.status >= 500 && (code === 'InternalError' || body.code === undefined);
  const message = isInternal ? 'internal error. Please try again later.' : (body.message ?? `${answer.status} ${answer.statusText}`);
  return new CliError(code, message, {
    ...(refusals.includes(code) && { exit: exitCodes.refused }),
    ...(body.errors && { fields: body.errors }),
    ...(answer.requestId !== undefined && { requestId: answer.requestId }),
    ...(code === 'InvalidCredentials' && { next: ['see what is wrong: nereid doctor'] }),
  });
}
