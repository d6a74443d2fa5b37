import { join } from 'node:path';
import { launch, waitUntilReady } from './launch';
import { firstWords } from './loopback';
import type { ProcessRecord } from './process-record';
import { findProgram } from './programs';
import type { Unprivileged } from './unprivileged';

export interface NatsWanted {
  readonly directory: string;
  readonly port: number;
  /** 127.0.0.1 unless told; nodes in a box reach the host by another. */
  readonly host?: string;
  readonly logFile: string;
  readonly as: Unprivileged;
  /** Lines of configuration for who may do what: operator mode with its resolver. Without them everybody may everything (tests of other things). */
  readonly authorization?: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  readonly env?: Readonly<Record<string, string>>;
  /** Told as soon as the process exists, so that it is on record even when the starter is interrupted. */
  readonly started?: (record: ProcessRecord) => void;
}

/** Starts a NATS server: core NATS only, nothing it holds matters. Resolves when it greets. */
export async function startNats(wanted: NatsWanted): Promise<ProcessRecord> {
  const { file, env } = findProgram('nats-server');
  wanted.as.ownDirectory(wanted.directory);
  const config = wanted.as.ownFile(join(wanted.directory, 'nats.conf'), natsConfig(wanted));
  const argv = wanted.as.argv([file, '-c', config]);
  const record = await launch({ name: 'nats', argv, logFile: wanted.logFile, env: { ...env, ...wanted.env } });
  wanted.started?.(record);
  await waitUntilReady(record, async () => (await firstWords(wanted.port, '', wanted.host))?.startsWith('INFO') ?? false, 30_000);
  return record;
}

function natsConfig(wanted: NatsWanted): string {
  const lines = [`listen: ${JSON.stringify(`${wanted.host ?? '127.0.0.1'}:${wanted.port}`)}`, 'max_payload: 1MB'];
  if (wanted.tls) lines.push(`tls { cert_file: ${JSON.stringify(wanted.tls.certFile)}, key_file: ${JSON.stringify(wanted.tls.keyFile)} }`);
  if (wanted.authorization) lines.push(wanted.authorization);
  return `${lines.join('\n')}\n`;
}
