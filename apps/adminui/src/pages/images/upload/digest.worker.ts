import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** What the worker says: how far it is, at last the digest; or why it could not read. */
export type DigestNews = { readonly doneBytes: number } | { readonly sha256: string } | { readonly failure: string };

const scope = globalThis as unknown as { onmessage: (event: MessageEvent<File>) => void; postMessage: (news: DigestNews) => void };

// The browser's own digest wants all bytes at once; an image may be larger than the memory.
scope.onmessage = ({ data: file }) => {
  digestOf(file).then(
    (digest) => scope.postMessage({ sha256: digest }),
    (error: unknown) => scope.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
  );
};

async function digestOf(file: File): Promise<string> {
  const hash = sha256.create();
  const reader = file.stream().getReader();
  let doneBytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    hash.update(part.value);
    doneBytes += part.value.length;
    scope.postMessage({ doneBytes });
  }
  return bytesToHex(hash.digest());
}
