import { z } from 'zod';

/** What kind of instance. Source: SmartOS, brands(7). */
export const Brand = z.enum(['joyent', 'joyent-minimal', 'lx', 'bhyve', 'kvm']);
export type Brand = z.infer<typeof Brand>;

/** Instances that share the server's kernel; the others are virtual machines. */
export const zoneBrands: readonly Brand[] = ['joyent', 'joyent-minimal', 'lx'];

export function isZone(brand: Brand): boolean {
  return zoneBrands.includes(brand);
}
