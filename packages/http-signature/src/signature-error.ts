/**
 * Why a request's signature was not accepted. `InvalidHeader` is about the form (400), `InvalidCredentials` about who signed (401),
 * `RequestExpired` about an unsigned request that is too old (400).
 * Source: CloudAPI docs, Errors.
 */
export type SignatureErrorCode = 'InvalidHeader' | 'InvalidCredentials' | 'RequestExpired';

export class SignatureError extends Error {
  constructor(
    readonly code: SignatureErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'SignatureError';
  }
}
