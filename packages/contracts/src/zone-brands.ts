// No zod here: browsers take this file alone (see light.ts).

/** Brands of instances that share the server's kernel; the others are virtual machines. Source: SmartOS, brands(7). */
export const zoneBrands: readonly string[] = ['joyent', 'joyent-minimal', 'lx'];

export function isZone(brand: string): boolean {
  return zoneBrands.includes(brand);
}
