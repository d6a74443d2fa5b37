export * from './cloud-client';
export * from './request-path';
export * from './signed-connection';
