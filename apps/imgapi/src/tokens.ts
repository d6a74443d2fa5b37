/** The store that files are kept in, by which it is injected; see files/file-store.ts. */
export const FILE_STORE = Symbol('FileStore');
