import { connect, type Socket } from 'node:net';
import { SshReader, sshString, uint32 } from './wire';

/** Source: draft-miller-ssh-agent, message numbers and flags. */
const message = { failure: 5, requestIdentities: 11, identities: 12, signRequest: 13, signature: 14 } as const;
const rsaSha256Flag = 2;

export interface AgentKey {
  /** The public key's bytes. */
  readonly blob: Buffer;
  readonly comment: string;
}

/** The SSH agent behind a socket: lists keys and signs. */
export class SshAgent {
  constructor(private readonly socketPath: string) {}

  /** Empty when nobody answers there: an agent that went away is no error. */
  async keys(): Promise<AgentKey[]> {
    const reply = await this.ask(Buffer.from([message.requestIdentities])).catch(() => undefined);
    if (!reply) return [];
    const reader = new SshReader(reply);
    if (reader.byte() !== message.identities) return [];
    return Array.from({ length: reader.uint32() }, () => ({ blob: reader.string(), comment: reader.text() }));
  }

  /** The signature's bytes without their frame: DER for ECDSA, as OpenSSL makes it. RSA signs over SHA-256. @throws Error it refuses */
  async sign(blob: Buffer, data: Buffer): Promise<Buffer> {
    const reply = await this.ask(
      Buffer.concat([Buffer.from([message.signRequest]), sshString(blob), sshString(data), uint32(rsaSha256Flag)]),
    );
    const reader = new SshReader(reply);
    if (reader.byte() !== message.signature) throw new Error('the SSH agent refuses to sign with this key');
    const signature = new SshReader(reader.string());
    const type = signature.text();
    const bytes = signature.string();
    return type.startsWith('ecdsa-') ? asDer(bytes) : bytes;
  }

  private ask(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connect(this.socketPath);
      const chunks: Buffer[] = [];
      socket.setTimeout(30_000, () => socket.destroy(new Error('the SSH agent does not answer'))); // it may be asking its owner
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the SSH agent hung up')));
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        const all = Buffer.concat(chunks);
        if (all.length < 4 || all.length < 4 + all.readUInt32BE(0)) return;
        resolve(all.subarray(4));
        socket.destroy();
      });
      socket.write(sshString(request));
    });
  }
}

/** Two numbers as SSH writes them, as the DER sequence that verifiers expect. */
export function asDer(signature: Buffer): Buffer {
  const reader = new SshReader(signature);
  const integers = [reader.string(), reader.string()].map((bytes) => Buffer.concat([Buffer.from([0x02, bytes.length]), bytes]));
  const body = Buffer.concat(integers);
  const length = body.length < 128 ? [body.length] : [0x81, body.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}
