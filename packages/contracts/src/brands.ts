import { z } from 'zod';

export { isZone, zoneBrands } from './zone-brands';

/** What kind of instance. Source: SmartOS, brands(7). */
export const Brand = z.enum(['joyent', 'joyent-minimal', 'lx', 'bhyve', 'kvm']);
export type Brand = z.infer<typeof Brand>;
