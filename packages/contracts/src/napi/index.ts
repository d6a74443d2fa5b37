export * from './networks';
export * from './nics';
