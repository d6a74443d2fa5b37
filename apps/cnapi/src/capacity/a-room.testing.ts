import type { AccountId, ServerId, StepKey, VmId } from '@nereid/contracts';
import type { OwnerPool } from '@nereid/database';
import { SystemIds, SystemRandom } from '@nereid/ports';
import { Chooser } from '../placement/choose';
import { Picture } from '../placement/picture';
import { defaultWeights } from '../placement/weights';
import { ServersRepository } from '../servers/servers.repository';
import { CapacityRepository } from './capacity.repository';
import { CapacityService, type ReserveWant } from './capacity.service';
import { PictureKeeper } from './picture.keeper';
import { ResizesRepository } from './resizes.repository';
import { ResizesService } from './resizes.service';

const ids = new SystemIds();

/** One cnapi process of a test: its own picture over a shared database. */
export function aProcess(pool: OwnerPool) {
  const random = new SystemRandom();
  const picture = new Picture(defaultWeights, random);
  const servers = new ServersRepository(pool);
  const reservations = new CapacityRepository(pool);
  const keeper = new PictureKeeper(picture, servers, reservations);
  const capacity = new CapacityService(keeper, new Chooser(picture, random), reservations);
  const resizes = new ResizesService(keeper, new ResizesRepository(pool), reservations);
  return { picture, servers, reservations, keeper, capacity, resizes };
}

/** Facts as a node reports them. */
export function someFacts(more: object = {}) {
  return {
    boot: 1,
    hostname: 'node',
    driver: 'simulated' as const,
    agentVersion: '1',
    platform: '1',
    bootedAt: '2026-01-01T00:00:00.000Z',
    capacity: { cpus: 8, memoryMiB: 8192, diskGiB: 100 },
    brands: ['lx' as const],
    nicTags: ['external'],
    capabilities: {},
    images: [],
    poolId: 'pool',
    ...more,
  };
}

/** A server that is up and can sell so many GiB of memory and otherwise plenty. */
export async function aServer(pool: OwnerPool, servers: ServersRepository, memoryGiB: number): Promise<ServerId> {
  const id = ids.random() as ServerId;
  await pool.exec(`INSERT INTO cnapi.server (id, hostname, driver, public_key) VALUES ($1, $2, 'simulated', $2)`, [id, `node-${id}`]);
  const sold = { cpuPercent: 100_000, memoryMiB: memoryGiB * 1024, diskGiB: 10_000, instances: 224 };
  await servers.putFacts(id, someFacts({ hostname: `node-${id}` }), sold);
  return id;
}

export const aKey = () => `${ids.random()}/pick-server` as StepKey;
export const aVm = () => ids.random() as VmId;
export const anOwner = () => ids.random() as AccountId;

/** Wants 1 GiB of memory. */
export function aWant(more: Partial<ReserveWant> = {}): ReserveWant {
  return {
    key: aKey(),
    vm: aVm(),
    owner: anOwner(),
    needs: { cpuPercent: 100, memoryMiB: 1024, diskGiB: 10, brand: 'lx', nicTags: ['external'], traits: {} },
    ...more,
  };
}
