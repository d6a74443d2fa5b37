export * from './addresses';
export * from './start-box';
export * from './leftovers';
export { removeCgroups } from './cgroups';
