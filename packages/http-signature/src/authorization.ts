import { SignatureError } from './signature-error';

/** The parameters of an `Authorization: Signature …` header, in the modern form. */
export interface SignatureParameters {
  readonly keyId: string;
  /** Lower case. */
  readonly algorithm: string;
  /** Lower-case names in the order in which they were signed; undefined when the client left it to the default. */
  readonly headers: readonly string[] | undefined;
  readonly signature: Buffer;
}

const maxHeaderLength = 8_192; // an RSA-16384 signature is 2.7 KiB of base64
const parameter = /^([a-zA-Z]+)="([^"]*)"/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const headerName = /^(?:[a-z0-9!#$%&'*+.^_`|~-]+|\([a-z-]+\))$/;

/**
 * Reads an `Authorization` header. Blanks around commas are tolerated, a repeated parameter is not.
 * @throws SignatureError `InvalidCredentials` no header, or a scheme that is not Signature; `InvalidHeader` it does not parse
 */
export function parseAuthorization(header: string | undefined): SignatureParameters {
  if (header === undefined || header === '') {
    throw new SignatureError('InvalidCredentials', 'Sign the request: it has no Authorization header.');
  }
  if (header.length > maxHeaderLength) throw new SignatureError('InvalidHeader', 'Authorization is too long.');
  const blank = header.indexOf(' ');
  if (blank < 0) throw new SignatureError('InvalidHeader', 'Authorization has a scheme and nothing after it.');
  if (header.slice(0, blank).toLowerCase() !== 'signature') {
    throw new SignatureError('InvalidCredentials', 'Only the Signature scheme is accepted here.');
  }
  const found = splitParameters(header.slice(blank + 1).trim());
  const signature = found.get('signature');
  const keyId = found.get('keyid');
  const algorithm = found.get('algorithm');
  if (!keyId) throw new SignatureError('InvalidHeader', 'The signature names no keyId.');
  if (!algorithm) throw new SignatureError('InvalidHeader', 'The signature names no algorithm.');
  if (!signature || !base64.test(signature)) throw new SignatureError('InvalidHeader', 'The signature is missing or not base64.');
  return {
    keyId,
    algorithm: algorithm.toLowerCase(),
    headers: splitNames(found.get('headers')),
    signature: Buffer.from(signature, 'base64'),
  };
}

function splitParameters(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let rest = text;
  while (rest.length > 0) {
    const match = parameter.exec(rest);
    if (!match) throw new SignatureError('InvalidHeader', 'Authorization does not parse: name="value" pairs are expected.');
    const name = match[1]!.toLowerCase();
    if (found.has(name)) throw new SignatureError('InvalidHeader', `Authorization names ${name} twice.`);
    found.set(name, match[2]!);
    rest = rest.slice(match[0].length).trimStart();
    if (rest === '') break;
    if (!rest.startsWith(',')) throw new SignatureError('InvalidHeader', 'Authorization does not parse: a comma is missing.');
    rest = rest.slice(1).trimStart();
    if (rest === '') throw new SignatureError('InvalidHeader', 'Authorization ends with a comma.');
  }
  return found;
}

function splitNames(headers: string | undefined): string[] | undefined {
  if (headers === undefined) return undefined;
  const names = headers.toLowerCase().split(' ').filter(Boolean);
  if (names.length === 0) throw new SignatureError('InvalidHeader', 'The signature covers no header.');
  const odd = names.find((name) => !headerName.test(name));
  if (odd !== undefined) throw new SignatureError('InvalidHeader', 'The list of signed headers has a name that is no header.');
  if (new Set(names).size !== names.length) throw new SignatureError('InvalidHeader', 'The list of signed headers repeats a name.');
  return names;
}
