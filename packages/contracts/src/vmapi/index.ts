export * from './packages';
export * from './vm-state';
export * from './vm-actions';
export * from './jobs';
export * from './vm-sub-resources';
export * from './vms';
export * from './usage';
export * from './console';
