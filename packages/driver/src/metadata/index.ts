export * from './answers';
export * from './codec-v1';
export * from './codec-v2';
export * from './session';
export { crc32 } from './crc32';
