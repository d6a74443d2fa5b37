export * from './ids';
export * from './errors';
export * from './caller';
export * from './rpc';
export * from './feed';
