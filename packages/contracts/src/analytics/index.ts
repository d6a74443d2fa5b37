export * from './histogram';
export * from './series';
export * from './frame';
export * from './metrics';
export * from './predicates';
export * from './node';
export * from './instrumentations';
export * from './values';
