export * from './node-task';
export * from './step';
export * from './workflow';
