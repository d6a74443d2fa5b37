import { SignatureError } from './signature-error';

/** What a signature can cover of a request. `url` is the request target exactly as sent: path and query. */
export interface RequestToSign {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly httpVersion?: string;
}

/**
 * The text that is signed: one line a name, in order, joined by newlines, none at the end.
 * @throws SignatureError `InvalidHeader` a listed header is not in the request
 */
export function signingString(
  request: RequestToSign,
  names: readonly string[],
  parameters: { readonly keyId: string; readonly algorithm: string },
): string {
  return names.map((name) => line(request, name, parameters)).join('\n');
}

function line(request: RequestToSign, name: string, parameters: { readonly keyId: string; readonly algorithm: string }): string {
  switch (name) {
    case '(request-target)':
      return `(request-target): ${request.method.toLowerCase()} ${request.url}`;
    case 'request-line':
      return `${request.method.toUpperCase()} ${request.url} HTTP/${request.httpVersion ?? '1.1'}`;
    case '(keyid)':
      return `(keyid): ${parameters.keyId}`;
    case '(algorithm)':
      return `(algorithm): ${parameters.algorithm}`;
  }
  const value = request.headers[name];
  if (value === undefined) throw new SignatureError('InvalidHeader', `The signature covers ${name}, which the request does not have.`);
  return `${name}: ${typeof value === 'string' ? value : value.join(', ')}`;
}
