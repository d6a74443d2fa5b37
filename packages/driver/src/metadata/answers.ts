/** What a guest may ask of its metadata, whatever the protocol. The agent answers per instance. */
export interface MetadataAnswers {
  /** Undefined: no such key. */
  get(key: string): Promise<string | undefined>;
  keys(): Promise<readonly string[]>;
  /** @throws MetadataRefused the key is not the guest's to write, or the value is too large */
  put(key: string, value: string): Promise<void>;
  /** An absent key counts as done. @throws MetadataRefused the key is not the guest's to write */
  delete(key: string): Promise<void>;
}

/** A refusal whose text the guest may read. */
export class MetadataRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MetadataRefused';
  }
}

export type MetadataRequest =
  | { readonly command: 'GET'; readonly key: string }
  | { readonly command: 'KEYS' }
  | { readonly command: 'PUT'; readonly key: string; readonly value: string }
  | { readonly command: 'DELETE'; readonly key: string };

export type MetadataReply =
  | { readonly code: 'SUCCESS'; readonly value?: string }
  | { readonly code: 'NOTFOUND' }
  | { readonly code: 'FAILURE'; readonly message: string };

/** Answers one request; what goes wrong inside is a FAILURE whose cause stays with us. */
export async function answer(answers: MetadataAnswers, request: MetadataRequest): Promise<MetadataReply> {
  try {
    switch (request.command) {
      case 'GET': {
        const value = await answers.get(request.key);
        return value === undefined ? { code: 'NOTFOUND' } : { code: 'SUCCESS', value };
      }
      case 'KEYS':
        return { code: 'SUCCESS', value: (await answers.keys()).join('\n') };
      case 'PUT':
        await answers.put(request.key, request.value);
        return { code: 'SUCCESS' };
      case 'DELETE':
        await answers.delete(request.key);
        return { code: 'SUCCESS' };
    }
  } catch (error) {
    return { code: 'FAILURE', message: error instanceof MetadataRefused ? error.message : 'internal error' };
  }
}
