import { ServiceError, csrfHeader, errorTable, type ErrorCode } from '@nereid/contracts/light';
import { client } from './call';

/**
 * Sends a file as the body of a request and says how far it is, which `fetch` cannot.
 * @throws ServiceError
 */
export function sendFile(path: string, file: Blob, onProgress: (sentBytes: number) => void, signal: AbortSignal): Promise<void> {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => request.abort());
    request.open('PUT', path);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader(csrfHeader, client.session?.csrf_token ?? '');
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onabort = () => reject(signal.reason as Error);
    request.onerror = () => reject(new ServiceError('ServiceUnavailable', 'The cloud cannot be reached.'));
    request.onload = () => (request.status < 300 ? resolve() : reject(refusal(request)));
    request.send(file);
  });
}

function refusal({ status, responseText }: XMLHttpRequest): Error {
  try {
    const { code, message } = JSON.parse(responseText) as { code: string; message: string };
    if (code in errorTable) return new ServiceError(code as ErrorCode, message);
  } catch {
    // What is no JSON is from something on the way.
  }
  return new ServiceError('ServiceUnavailable', `The answer has status ${status}.`);
}
