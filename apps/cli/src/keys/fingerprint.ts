import { createHash } from 'node:crypto';

/** A public key's two fingerprints, from the bytes that stand as base64 in its line. */
export function fingerprints(blob: Buffer): { readonly md5: string; readonly sha256: string } {
  const md5 = createHash('md5').update(blob).digest('hex');
  return {
    md5: md5.match(/../g)!.join(':'),
    sha256: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
  };
}

/** Whether a key is the one that is meant, by either form of fingerprint, with or without `MD5:`. */
export function isMeant(blob: Buffer, fingerprint: string): boolean {
  const { md5, sha256 } = fingerprints(blob);
  return fingerprint.replace(/^MD5:/i, '').toLowerCase() === md5 || fingerprint.replace(/=+$/, '') === sha256;
}
