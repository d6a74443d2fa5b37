export * from './flow';
export * from './frames';
export * from './limits';
export * from './session';
