export { createLinuxDriver } from './linux-driver';
export type { LinuxDriverOptions, NicTagOptions } from './options';
