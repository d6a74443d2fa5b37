import { verify, type KeyObject } from 'node:crypto';
import { algorithmByName, type Algorithm } from './algorithm';
import { parseAuthorization } from './authorization';
import { parseHttpDate } from './http-date';
import { parseKeyId, type KeyIdParts } from './key-id';
import { SignatureError } from './signature-error';
import { signingString, type RequestToSign } from './signing-string';
import type { SshPublicKey } from './ssh-key';

/** How far a client's clock may be off, either way. */
export const maxSkewMs = 300_000;

/** A signature that is well formed and fresh. Nothing is known yet about whether it is right: see {@link signatureMatches}. */
export interface SignedRequest {
  /** The keyId as sent. */
  readonly keyId: string;
  readonly signer: KeyIdParts;
  readonly algorithm: Algorithm;
  /** The names that were signed. */
  readonly covers: readonly string[];
  readonly signature: Buffer;
  readonly text: string;
  /** The instant the client signed, ms since 1970. */
  readonly dateMs: number;
}

/**
 * Reads the signature of a request and checks its form and its date, not the key.
 * @throws SignatureError with the code that the client should see
 */
export function parseSignedRequest(request: RequestToSign, nowMs: number): SignedRequest {
  const parameters = parseAuthorization(single(request.headers.authorization));
  const dateName = request.headers['x-date'] === undefined ? 'date' : 'x-date';
  const covers = parameters.headers ?? [dateName];
  const text = signingString(request, covers, parameters);
  // A date that is not signed would let a captured signature live for ever.
  if (!covers.includes(dateName)) throw new SignatureError('InvalidHeader', `The signature must cover ${dateName}.`);
  const dateMs = parseHttpDate(single(request.headers[dateName]) ?? '');
  if (dateMs === undefined) throw new SignatureError('InvalidHeader', `${dateName} is no HTTP date.`);
  const skewMs = Math.abs(nowMs - dateMs);
  if (skewMs > maxSkewMs) {
    const seconds = Math.round(skewMs / 1000);
    throw new SignatureError('InvalidHeader', `The clock skew of ${seconds} s is greater than ${maxSkewMs / 1000} s.`);
  }
  const algorithm = algorithmByName(parameters.algorithm);
  return {
    keyId: parameters.keyId,
    signer: parseKeyId(parameters.keyId),
    algorithm,
    covers,
    signature: parameters.signature,
    text,
    dateMs,
  };
}

/** Whether the key made the signature. False, never an error, for a wrong type of key or a malformed signature. */
export function signatureMatches(signed: SignedRequest, key: Pick<SshPublicKey, 'type'>, publicKey: KeyObject): boolean {
  if (signed.algorithm.keyType !== key.type) return false;
  try {
    return verify(signed.algorithm.digest, Buffer.from(signed.text, 'utf8'), publicKey, signed.signature);
  } catch {
    return false; // a signature that is no DER makes some versions of OpenSSL throw
  }
}

/** Whether the same bytes would be good on another path: a signature over the date alone. */
export function coversTarget(signed: SignedRequest): boolean {
  return signed.covers.includes('(request-target)') || signed.covers.includes('request-line');
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}
