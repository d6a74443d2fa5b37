import { adminapi, countJobs, countPackages, countVms, listJobs, listServers, listVms, summariseImages, summariseNetworks, summariseServers, type Job } from '@nereid/contracts'; // prettier-ignore
import type { OperatorClient } from '@nereid/client/operator';
import { vm } from '../../test/a-vm';
import { DoorUnderTest } from '../../test/door';

const aJob = (n: number, state: Job['state'], finishedAt?: string): Job => ({
  ...{ id: `0b000000-0000-7000-8000-${String(n).padStart(12, '0')}` as Job['id'], workflow: 'vm.stop', workflowVersion: 1, vm: vm.id },
  ...{ state, createdAt: '2026-01-01T00:00:00.000Z', epoch: 1, finishedAt },
});

describe('what needs attention', () => {
  let door: DoorUnderTest;
  let client: OperatorClient;
  let stuck: Job[] = [];
  let failed: Job[] = [];
  const asked: (string | undefined)[] = [];

  beforeAll(async () => {
    door = await DoorUnderTest.open();
    const { bus } = door;
    const amounts = { cpuPercent: 0, memoryMiB: 0, diskGiB: 0 };
    bus.serve(countVms, () => ({ counts: {} }));
    bus.serve(listVms, () => ({ items: [] }));
    bus.serve(listServers, () => ({ items: [] }));
    bus.serve(summariseServers, () => ({ counts: {}, sellable: amounts, reserved: amounts, full: [] }));
    bus.serve(summariseNetworks, () => ({ total: 0, full: [] }));
    bus.serve(summariseImages, () => ({ total: 0, failed: [] }));
    bus.serve(countPackages, () => ({ active: 0 }));
    bus.serve(countJobs, () => ({
      counts: { ...(stuck.length > 0 && { stuck: stuck.length }), ...(failed.length > 0 && { failed: failed.length }) },
    }));
    bus.serve(listJobs, ({ state, limit }) => {
      asked.push(state);
      const all = [...failed, ...stuck].filter((job) => state === undefined || job.state === state);
      return { items: all.slice(0, limit) }; // the newest first, as vmapi answers
    });
    await bus.flush();
    client = await door.signedIn();
  });
  afterAll(async () => {
    client?.close();
    await door?.close();
  });

  it('has a stuck job on top, however many failed after it', async () => {
    const now = new Date().toISOString();
    failed = Array.from({ length: 150 }, (_, n) => aJob(1_000 - n, 'failed', now));
    stuck = [aJob(1, 'stuck')];
    const { body } = await client.call(adminapi.getAttention, {}, {});
    expect(body.items[0]).toMatchObject({ kind: 'job-stuck', severity: 'critical', uuid: stuck[0]!.id });
    expect(body.items.filter(({ kind }) => kind === 'job-failed')).toHaveLength(50);
    expect(body.counts.jobs).toEqual({ stuck: 1, failed: 150 });
  });

  it('looks for no jobs where there are none', async () => {
    [stuck, failed, asked.length] = [[], [], 0];
    expect((await client.call(adminapi.getAttention, {}, {})).body.items).toEqual([]);
    expect(asked).toEqual([]);
  });
});
