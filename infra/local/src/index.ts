export * from './servers';
export * from './basics';
export * from './customer';
export * from './debian-packages';
export * from './down';
export * from './installation';
export * from './traces';
export * from './up';
