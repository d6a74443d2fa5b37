import { sign, type KeyObject } from 'node:crypto';
import { algorithmByName, defaultAlgorithm, type Algorithm } from './algorithm';
import { signingString } from './signing-string';
import type { SshKeyType } from './ssh-key';

/** By which key a request says that it is signed. */
export interface SignerName {
  /** `/LOGIN/keys/FINGERPRINT`. */
  readonly keyId: string;
  readonly keyType: SshKeyType;
}

export interface Signer extends SignerName {
  readonly privateKey: KeyObject;
}

export interface ToSign {
  readonly method: string;
  /** Path and query, as they will be sent. */
  readonly url: string;
  /** Lower-case names. A missing `date` is added. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What to cover; default `(request-target) date`. */
  readonly covers?: readonly string[];
  readonly algorithm?: string;
}

/** The request's headers with `date` and `authorization` added. */
export function signRequest(signer: Signer, request: ToSign, nowMs: number): Record<string, string> {
  const { text, algorithm, withSignature } = prepare(signer, request, nowMs);
  return withSignature(sign(algorithm.digest, text, signer.privateKey));
}

/**
 * The same where something else holds the key, an SSH agent: `signText` answers the signature of exactly these bytes, made as
 * `request.algorithm` says, DER where the key is ECDSA.
 */
export async function signRequestWith(
  signer: SignerName,
  request: ToSign,
  nowMs: number,
  signText: (text: Buffer) => Promise<Buffer>,
): Promise<Record<string, string>> {
  const { text, withSignature } = prepare(signer, request, nowMs);
  return withSignature(await signText(text));
}

function prepare(
  { keyId, keyType }: SignerName,
  request: ToSign,
  nowMs: number,
): { text: Buffer; algorithm: Algorithm; withSignature: (signature: Buffer) => Record<string, string> } {
  const covers = request.covers ?? ['(request-target)', 'date'];
  const algorithm = request.algorithm ? algorithmByName(request.algorithm) : defaultAlgorithm(keyType);
  const given = request.headers ?? {};
  const headers: Record<string, string> = given['x-date'] || given.date ? { ...given } : { ...given, date: new Date(nowMs).toUTCString() };
  const text = signingString({ ...request, headers }, covers, { keyId, algorithm: algorithm.name });
  const parameters = `keyId="${keyId}",algorithm="${algorithm.name}",headers="${covers.join(' ')}"`;
  return {
    text: Buffer.from(text, 'utf8'),
    algorithm,
    withSignature: (signature) => ({
      ...headers,
      authorization: `Signature ${parameters},signature="${signature.toString('base64')}"`,
    }),
  };
}
