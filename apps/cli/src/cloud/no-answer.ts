import type { NoAnswer } from '@nereid/client/signed-connection';
import { CliError, exitCodes } from '../cli-error';

const certificateCodes: readonly string[] = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** Why there was no answer, by the code that the connection gave, and what to do about it. */
export function explainNoAnswer(error: NoAnswer, url: string): CliError {
  if (error.isTimeout) return new CliError('Timeout', `${url} does not answer in time`, { exit: exitCodes.timeout, cause: error });
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (certificateCodes.includes(code ?? '')) {
    return new CliError('SelfSignedCert', `nobody that is trusted here vouches for the certificate of ${url}`, {
      cause: error,
      next: ['name its authority: NEREID_CA_FILE=ca.pem', 'or take any, without protection: nereid -i …'],
    });
  }
  return new CliError(code, error.message, { cause: error, next: ['see what is wrong: nereid doctor'] });
}
