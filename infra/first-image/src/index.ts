export * from './first-image';
