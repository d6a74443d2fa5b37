import { sign, type KeyObject } from 'node:crypto';
import { algorithmByName, defaultAlgorithm } from './algorithm';
import { signingString } from './signing-string';
import type { SshKeyType } from './ssh-key';

export interface Signer {
  /** `/LOGIN/keys/FINGERPRINT`. */
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly keyType: SshKeyType;
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
  const covers = request.covers ?? ['(request-target)', 'date'];
  const algorithm = request.algorithm ? algorithmByName(request.algorithm) : defaultAlgorithm(signer.keyType);
  const given = request.headers ?? {};
  const headers: Record<string, string> = given['x-date'] || given.date ? { ...given } : { ...given, date: new Date(nowMs).toUTCString() };
  const text = signingString({ ...request, headers }, covers, { keyId: signer.keyId, algorithm: algorithm.name });
  const signature = sign(algorithm.digest, Buffer.from(text, 'utf8'), signer.privateKey).toString('base64');
  return {
    ...headers,
    authorization: `Signature keyId="${signer.keyId}",algorithm="${algorithm.name}",headers="${covers.join(' ')}",signature="${signature}"`,
  };
}
