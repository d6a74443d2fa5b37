import { randomUUID } from 'node:crypto';
import type { AccountId, ServerId, Vm } from '@nereid/contracts';

/** An instance as vmapi would show it. */
export function aRow(owner: AccountId, server: ServerId, alias: string): Vm {
  return {
    id: randomUUID(),
    owner,
    alias,
    server,
    brand: 'lx',
    state: 'running',
    image: randomUUID(),
    package: randomUUID(),
    packageName: 'nano',
    memoryMiB: 128,
    swapMiB: 256,
    quotaGiB: 1,
    cpuCapPercent: 50,
    cpuShares: 100,
    maxProcesses: 100,
    ioPriority: 100,
    nics: [],
    metadata: {},
    tags: {},
    firewallEnabled: false,
    deletionProtection: false,
    conditions: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    version: 1,
    generation: 1,
  } as unknown as Vm;
}

/** Asks until the answer is right; for what nothing announces. */
export async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean, withinMs = 30_000): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (performance.now() > giveUpAt) throw new Error(`still ${JSON.stringify(answer)} after ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
