export * from './flow';
export * from './frames';
export * from './session';
