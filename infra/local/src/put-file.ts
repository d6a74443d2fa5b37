import { createReadStream, statSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';

/** Puts a file to a URL, trusting one authority. @throws Error the answer, unless it is a success */
export function putFile(url: string, file: string, ca: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': statSync(file).size, 'content-type': 'application/octet-stream' };
    const secure = url.startsWith('https:');
    const options = { method: 'PUT', headers, timeout: 60_000 };
    const request = secure ? https.request(url, { ...options, ca }) : http.request(url, options);
    request.once('error', reject);
    request.once('timeout', () => request.destroy(new Error(`PUT to ${new URL(url).host} took too long`)));
    request.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => {
        if (answer.statusCode! < 300) return resolve();
        reject(new Error(`PUT to ${new URL(url).host}: ${answer.statusCode} ${Buffer.concat(chunks).toString('utf8').slice(0, 500)}`));
      });
      answer.once('error', reject);
    });
    createReadStream(file).once('error', reject).pipe(request);
  });
}
