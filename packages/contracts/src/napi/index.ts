export * from './networks';
export * from './nics';
export * from './addresses';
export * from './netmask';
