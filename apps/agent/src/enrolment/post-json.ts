import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const longestReplyBytes = 256 * 1024;

/** Posts JSON and answers status and parsed body. No redirect is followed. @throws Error no answer, or one that is no JSON */
export function postJson(
  url: string,
  body: unknown,
  options: { ca: string | undefined; timeoutMs: number; signal: AbortSignal },
): Promise<{ status: number; body: unknown }> {
  const bytes = Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    const headers = { 'content-type': 'application/json', 'content-length': bytes.length, 'accept': 'application/json' };
    const posting = request(
      url,
      { method: 'POST', ca: options.ca, agent: false, signal: options.signal, timeout: options.timeoutMs, headers },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > longestReplyBytes) posting.destroy(new Error('the reply is too long'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          try {
            resolve({ status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) });
          } catch {
            reject(new Error(`the reply (${response.statusCode}) is no JSON`));
          }
        });
      },
    );
    posting.on('timeout', () => posting.destroy(new Error(`no answer within ${options.timeoutMs} ms`)));
    posting.on('error', reject);
    posting.end(bytes);
  });
}
