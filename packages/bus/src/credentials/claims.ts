import { createHash } from 'node:crypto';
import { base32, type NKey } from './nkey';

/** The server's JWTs: who vouches (`iss`) for whom (`sub`), and what they may. Source: NATS documentation, "JWTs in depth". */
export interface Claims {
  readonly iat: number;
  readonly iss: string;
  readonly name: string;
  readonly sub: string;
  readonly nats: Record<string, unknown>;
}

export interface Permissions {
  readonly pub: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  readonly sub: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  /** Replies to requests: how many each, within how many nanoseconds. */
  readonly resp: { readonly max: number; readonly ttl: number };
}

/** A JWT signed by `signer`. @param issuedAt seconds since 1970 */
export function encodeClaims(
  kind: 'operator' | 'account' | 'user',
  about: { name: string; sub: string; nats: Record<string, unknown> },
  signer: NKey,
  issuedAt: number,
): string {
  const claims = {
    iat: issuedAt,
    iss: signer.publicKey,
    name: about.name,
    sub: about.sub,
    nats: { ...about.nats, type: kind, version: 2 },
  };
  const jti = base32(createHash('sha256').update(JSON.stringify(claims)).digest());
  const body = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ jti, ...claims })}`;
  return `${body}.${signer.sign(body).toString('base64url')}`;
}

/** The claims of a JWT whose source is trusted: the signature is not checked. @throws Error it is none */
export function decodeClaims(jwt: string): Claims {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims;
}

/** The text of a creds file, as all NATS programs read it. */
export function credsText(jwt: string, seed: string): string {
  return [
    '-----BEGIN NATS USER JWT-----',
    jwt,
    '------END NATS USER JWT------',
    '',
    '-----BEGIN USER NKEY SEED-----',
    seed,
    '------END USER NKEY SEED------',
    '',
  ].join('\n');
}

/** The two parts of a creds file. @throws Error it is none */
export function parseCreds(text: string): { jwt: string; seed: string } {
  const [jwt, seed] = [...text.matchAll(/-----BEGIN [^\n]*-----\s+(\S+)\s+-----+END /g)].map((match) => match[1]);
  if (!jwt || !seed) throw new Error('not a creds file of the bus');
  return { jwt, seed };
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
