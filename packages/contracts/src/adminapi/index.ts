export * from './enrol';
