import { ConsoleConnection, consoleProtocols, type ConsoleListener, type ConsoleSocket } from '@nereid/client/console';
import type { InputOf } from '@nereid/client';
import { NoAnswer, type RawAnswer } from '@nereid/client/signed-connection';
import type { cloudapi } from '@nereid/contracts';
import { asError, type Cloud } from '../cloud/cloud';
import { explainNoAnswer } from '../cloud/no-answer';
import { routes } from '../cloud/routes.at-build';

/**
 * Opens a session at an instance's console, or with a program in it, and waits until it has begun.
 * @throws CliError what the API refused, by its code; no answer came
 */
export async function openSession(
  cloud: Cloud,
  id: string,
  wish: InputOf<typeof cloudapi.openMachineConsole>,
  listener: ConsoleListener,
): Promise<ConsoleConnection> {
  const { body } = await cloud.call(routes.openMachineConsole, { id }, wish);
  const { url, ...options } = await cloud.webSocketRequest(routes.connectMachineConsole, { id });
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url, consoleProtocols(body.token), options);
  const connection = new ConsoleConnection(socket as unknown as ConsoleSocket, listener);
  await new Promise<void>((resolve, reject) => {
    socket.on('error', (cause) => reject(explainNoAnswer(new NoAnswer(false, cause.message, cause), cloud.profile.url)));
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, statusMessage: statusText = '', headers } = response;
        const requestId = headers['x-request-id'] as string | undefined;
        const answer: RawAnswer = { status, statusText, headers, requestId, text: Buffer.concat(chunks).toString() };
        reject(asError(answer));
      });
    });
    // A session that ends at once has begun: what it has to say of that comes to whoever waits for its end.
    void Promise.race([connection.opened, connection.ended]).then(() => resolve());
  });
  return connection;
}
