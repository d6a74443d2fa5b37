import type { DigestNews } from './digest.worker';

/** The SHA-256 of a file, worked out beside the page. @throws Error it could not be read, or the signal said so */
export function digestOf(file: File, onProgress: (doneBytes: number) => void, signal: AbortSignal): Promise<string> {
  const worker = new Worker(new URL('./digest.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<string>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }: MessageEvent<DigestNews>) => {
      if ('sha256' in data) resolve(data.sha256);
      else if ('failure' in data) reject(new Error(data.failure));
      else onProgress(data.doneBytes);
    };
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}

/** Whether a file is compressed, by its first bytes. */
export async function compressionOf(file: Blob): Promise<'none' | 'gzip'> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b ? 'gzip' : 'none';
}
