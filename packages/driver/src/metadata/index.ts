export * from './answers';
export * from './codec-v1';
export * from './codec-v2';
export * from './session';
