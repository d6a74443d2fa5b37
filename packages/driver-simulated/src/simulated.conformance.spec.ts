import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mac, NicSpec, type ImageId, type NetworkId } from '@nereid/contracts';
import type { ImageSource } from '@nereid/driver';
import { describeServerDriver, type DriverHarness } from '@nereid/driver/conformance';
import { SystemClock, SystemIds } from '@nereid/ports';
import { SimulatedServer } from './simulated-server';

const ids = new SystemIds();

function harness(latencyScale: number, folder?: string): DriverHarness {
  const server = new SimulatedServer({ name: 'conformance', clock: new SystemClock(), latencyScale, folder, brands: ['lx', 'bhyve'] });
  let hosts = 1;
  return {
    driver: server,
    brand: 'lx',
    image: async () => anImage(),
    nics: (slots) =>
      Array.from({ length: slots }, (_, slot) =>
        NicSpec.parse({
          slot,
          mac: Mac.parse(`02:00:00:00:00:${(++hosts).toString(16).padStart(2, '0')}`),
          network: ids.random() as NetworkId,
          nicTag: 'external',
          ip: `10.9.0.${hosts}`,
          prefixLength: 24,
          primary: slot === 0,
        }),
      ),
    connectMetadata: async (spec) => server.connectMetadata(spec.id),
    ignoreStop: async (spec) => server.ignoreStop(spec.id),
    halt: async (spec) => server.halt(spec.id),
    occupy: async (spec, sizeMiB) => server.occupy(spec.id, sizeMiB * 1024 ** 2),
    leftovers: async (spec) => server.leftovers(spec.id),
    imageLeftovers: async (source) => (await server.image.list()).filter((i) => i.id === source.id).map((i) => i.id),
    close: async () => (folder === undefined ? undefined : rmSync(folder, { recursive: true })),
  };
}

function anImage(): ImageSource {
  const bytes = Buffer.from(`image ${ids.random()} `.repeat(100));
  return {
    id: ids.random() as ImageId,
    format: 'tar',
    compression: 'none',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *read() {
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
    },
  };
}

describeServerDriver('simulated, in memory, taking no time', async () => harness(0));
describeServerDriver('simulated, in memory, a tenth as slow as real', async () => harness(0.1));
describeServerDriver('simulated, kept on disk', async () => harness(0, mkdtempSync(join(tmpdir(), 'nereid-sim-'))));
