export * from './servers';
export * from './basics';
export * from './debian-packages';
export * from './down';
export * from './installation';
export * from './traces';
export * from './up';
