export * from './instance-spec';
export * from './instance-seen';
export * from './node-tasks';
export * from './reports';
export * from './console';
