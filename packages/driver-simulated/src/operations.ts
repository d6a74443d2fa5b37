/** Everything of the driver that takes time and can be made to go wrong, with the time it takes: milliseconds, median and 99th of 100. */
export const operations = {
  'image.import': { p50: 800, p99: 3_000 },
  'image.remove': { p50: 30, p99: 150 },
  'storage.ensureRoot': { p50: 25, p99: 120 },
  'storage.remove': { p50: 60, p99: 400 },
  'network.ensurePorts': { p50: 15, p99: 80 },
  'network.removePorts': { p50: 10, p99: 60 },
  'instance.ensureDefined': { p50: 5, p99: 20 },
  'instance.start': { p50: 120, p99: 600 },
  'instance.stop': { p50: 300, p99: 2_000 },
  'instance.kill': { p50: 20, p99: 100 },
  'instance.remove': { p50: 20, p99: 100 },
  'instance.inspect': { p50: 0, p99: 0 },
  'instance.inventory': { p50: 0, p99: 0 },
  'limits.apply': { p50: 3, p99: 10 },
  'limits.remove': { p50: 1, p99: 5 },
  'guest.serveMetadata': { p50: 1, p99: 5 },
  'node.prepare': { p50: 0, p99: 0 },
} as const satisfies Record<string, { p50: number; p99: number }>;

export type Operation = keyof typeof operations;
