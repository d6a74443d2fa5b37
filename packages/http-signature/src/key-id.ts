import { SignatureError } from './signature-error';

/** Whose key signed: `/LOGIN/keys/KEY`, or `/LOGIN/users/SUBUSER/keys/KEY` for a sub-user. */
export interface KeyIdParts {
  /** Login or UUID of the account, as sent. */
  readonly account: string;
  /** Login or UUID of the sub-user, as sent. */
  readonly user: string | undefined;
  readonly key: KeyReference;
}

/** A key by fingerprint in canonical form (`aa:bb:…` or `SHA256:…` without padding), or by its name. */
export type KeyReference =
  | { readonly by: 'md5'; readonly value: string }
  | { readonly by: 'sha256'; readonly value: string }
  | { readonly by: 'name'; readonly value: string };

const md5 = /^(?:MD5:)?((?:[0-9a-f]{2}:){15}[0-9a-f]{2})$/i;
const sha256 = /^SHA256:([A-Za-z0-9+/]{43})=?$/;

/** Recognises a fingerprint in either form; everything else is a key's name. */
export function keyReference(text: string): KeyReference {
  const asMd5 = md5.exec(text);
  if (asMd5) return { by: 'md5', value: asMd5[1]!.toLowerCase() };
  const asSha256 = sha256.exec(text);
  if (asSha256) return { by: 'sha256', value: `SHA256:${asSha256[1]!}` };
  return { by: 'name', value: text };
}

/**
 * Splits a keyId. `my` is no login here. A SHA256 fingerprint may itself contain slashes, hence the join.
 * @throws SignatureError `InvalidCredentials` any other form
 */
export function parseKeyId(keyId: string): KeyIdParts {
  const parts = keyId.split('/');
  const [empty, account, kind] = parts;
  if (empty === '' && account && account !== 'my') {
    if (kind === 'keys') {
      const key = parts.slice(3).join('/');
      if (key !== '' && (parts.length === 4 || key.startsWith('SHA256:'))) return { account, user: undefined, key: keyReference(key) };
    }
    if (kind === 'users' && parts[3] && parts[4] === 'keys') {
      const key = parts.slice(5).join('/');
      if (key !== '' && (parts.length === 6 || key.startsWith('SHA256:'))) return { account, user: parts[3], key: keyReference(key) };
    }
  }
  throw new SignatureError('InvalidCredentials', `"${keyId}" is no key id: /LOGIN/keys/FINGERPRINT is expected.`);
}
