import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { ServiceError, errorTable, type ErrorCode } from '@nereid/contracts';
import { CONFIG } from '@nereid/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { AdminapiConfig } from '../config';

/** Longest silence of the other side; checking a digest is done while the bytes come. */
const silenceMs = 60_000;

/** imgapi's file door, for pages: they speak to this door alone. */
@Injectable()
export class FileDoor {
  /** The door's certificate is by the authority of the bus, or by one that everybody knows. */
  private readonly ca: string[];

  constructor(@Inject(CONFIG) { bus: { caFile } }: AdminapiConfig) {
    this.ca = [...rootCertificates, ...(caFile === undefined ? [] : [readFileSync(caFile, 'utf8')])];
  }

  /**
   * Puts bytes to a one-time URL, as fast as it takes them; nothing is kept here.
   * @throws ServiceError what the door says of them: `InvalidContent` when size or digest differ; `ServiceUnavailable` it cannot be reached
   */
  async put(url: string, bytes: Readable, sizeBytes: number): Promise<void> {
    const options = {
      method: 'PUT',
      headers: { 'content-length': sizeBytes, 'content-type': 'application/octet-stream' },
      timeout: silenceMs,
    };
    const outgoing = url.startsWith('https:') ? httpsRequest(url, { ...options, ca: this.ca }) : httpRequest(url, options);
    outgoing.once('timeout', () => outgoing.destroy(new Error(`silent for ${silenceMs} ms`)));
    // Not a pipeline: that would end the client's connection when the door refuses, before the client is told why.
    bytes.pipe(outgoing);
    bytes.once('close', () => {
      if (!bytes.readableEnded) outgoing.destroy(new Error('the client went away'));
    });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).on('error', reject);
    }).catch((cause: unknown) => {
      throw new ServiceError('ServiceUnavailable', 'The file could not be handed to the file door.', { cause });
    });
    const text = await textOf(answer);
    if (answer.statusCode! < 300) return;
    // What still comes is let go by: nobody else reads it, and the client may only then look for the answer.
    bytes.unpipe(outgoing).resume();
    outgoing.destroy();
    throw refusal(answer.statusCode!, text);
  }
}

function refusal(status: number, text: string): ServiceError {
  const { code, message } = asObject(text);
  if (typeof code === 'string' && code in errorTable)
    return new ServiceError(code as ErrorCode, typeof message === 'string' ? message : code);
  return new ServiceError('ServiceUnavailable', `The file door answered ${status}.`);
}

function asObject(text: string): { code?: unknown; message?: unknown } {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').slice(0, 10_000);
}
