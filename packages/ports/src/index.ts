export * from './ports/clock';
export * from './ports/ids';
export * from './ports/random';
export * from './ports/runner';
export * from './ports/line-program';
export * from './ports/crash-file';
