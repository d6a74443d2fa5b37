export * from './servers';
export * from './capacity';
