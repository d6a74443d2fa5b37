import type { CloudClient } from '@nereid/client';
import { ServiceError, type cloudapi } from '@nereid/contracts';
import { CountingIds, SeededRandom, SteppedClock } from '@nereid/ports/fake';
import { Catalogue } from '../api/catalogue';
import { Cloud } from '../api/cloud';
import { Stopped } from '../api/stopped';
import { PartlyDone, type Reach } from '../provider/resource';
import { unknown, type ObjectValue } from '../values/value';
import { machineBlock } from './attributes';
import { emptyBlock } from '../schema/schema';
import { createMachine } from './create';
import { unrecordedTag } from './metadata-keys';
import { Unrecorded } from './unrecorded';

const image = { id: '10000000-0000-4000-8000-000000000000', name: 'base', version: '1', os: 'linux', type: 'lx-dataset', requirements: {}, state: 'active' }; // prettier-ignore
const size = { id: '20000000-0000-4000-8000-000000000000', name: 'nano' };
const planned: ObjectValue = {
  ...emptyBlock(machineBlock),
  name: unknown,
  networks: unknown,
  image: 'base',
  image_id: image.id,
  package: 'nano',
  package_id: size.id,
  tags: { role: 'web' },
  firewall_enabled: false,
  deletion_protection_enabled: false,
  force_destroy: false,
};

type Machine = Partial<cloudapi.MachineObject> & { id: string; state: string; tags: Record<string, string> };

interface Options {
  readonly idempotencyKey?: string;
}

/** An API of one image and one package, whose instances run at the second look. */
class FakeApi {
  readonly machines: Machine[] = [];
  readonly keys: (string | undefined)[] = [];
  /** Thrown instead of the next answers to a create; the create may have been acted on. */
  readonly failures: { error: Error; hasActed: boolean }[] = [];
  onGet: (machine: Machine) => void = (machine) => {
    machine.state = 'running';
  };

  call = (async (route: { name: string }, params: Record<string, string>, input: Record<string, unknown>, options: Options) => ({
    status: 200,
    headers: {},
    requestId: undefined,
    body: this.answer(route.name, params, input, options),
  })) as unknown as CloudClient['call'];

  /** No changefeed here. */
  webSocketRequest = (): Promise<never> => Promise.reject(new Error('no changefeed'));

  private answer(route: string, params: Record<string, string>, input: Record<string, unknown>, options: Options): unknown {
    const one = this.machines.find(({ id }) => id === params['id']);
    switch (route) {
      case 'ListImages':
        return [image];
      case 'GetPackage':
        return size;
      case 'ListMachines':
        return this.machines.filter(({ tags }) => tags[unrecordedTag] === input[`tag.${unrecordedTag}`]);
      case 'CreateMachine':
        return this.create(input, options.idempotencyKey);
      case 'GetMachine':
        this.onGet(one!);
        return one;
      case 'DeleteMachineTag':
        delete one!.tags[params['tag']!];
        return undefined;
      default:
        throw new Error(`nobody expected ${route}`);
    }
  }

  private create(input: Record<string, unknown>, key: string | undefined): Machine {
    const failure = this.failures.shift();
    const known = this.keys.indexOf(key);
    if (known < 0 && (!failure || failure.hasActed)) {
      this.keys.push(key);
      const id = `30000000-0000-4000-8000-00000000000${this.machines.length}`;
      this.machines.push({ id, name: 'given', state: 'provisioning', package: 'nano', image: image.id, metadata: {}, networks: [], ips: [], tags: { ...(input['tags'] as object) } }); // prettier-ignore
    }
    if (failure) throw failure.error;
    return this.machines[known < 0 ? this.machines.length - 1 : known]!;
  }
}

describe('making an instance', () => {
  const setUp = (api = new FakeApi()): { api: FakeApi; reach: Reach; stop: AbortController; clock: SteppedClock } => {
    const stop = new AbortController();
    const clock = new SteppedClock();
    const cloud = new Cloud({ client: api, clock, random: new SeededRandom(), stop: stop.signal });
    return { api, reach: { cloud, catalogue: new Catalogue(cloud) }, stop, clock };
  };
  const make = (reach: Reach, unrecorded = new Unrecorded()): Promise<ObjectValue> =>
    createMachine(planned, reach, unrecorded, new CountingIds());

  it('answers a whole state, and leaves no mark on what is recorded', async () => {
    const { api, reach } = setUp();
    const state = await make(reach);
    expect(Object.keys(state).sort()).toEqual(Object.keys(planned).sort());
    expect(state).toMatchObject({
      id: api.machines[0]!.id,
      state: 'running',
      image: 'base',
      image_id: image.id,
      package_id: size.id,
      tags: { role: 'web' },
    });
    expect(api.machines[0]!.tags).toEqual({ role: 'web' });
  });

  it('makes one, however often the answer is lost', async () => {
    const { api, reach, clock } = setUp();
    const lost = new ServiceError('Timeout', 'no answer');
    api.failures.push({ error: lost, hasActed: true }, { error: lost, hasActed: false });
    const making = make(reach);
    for (let round = 0; round < 20; round++) await clock.advance(1_000);
    expect(await making).toMatchObject({ state: 'running' });
    expect(api.machines).toHaveLength(1);
  });

  it('waits, and tells when that took too long', async () => {
    const { api, reach, clock } = setUp();
    api.onGet = () => undefined;
    const making = make(reach).catch((thrown: unknown) => thrown as PartlyDone);
    for (let round = 0; round < 200; round++) await clock.advance(5_000);
    expect(((await making) as PartlyDone).cause).toMatchObject({
      message: expect.stringContaining('still provisioning and not running after 600 s'),
    });
  });

  it('waits by asking where the door has no changefeed', async () => {
    const { api, reach, clock } = setUp();
    let looks = 0;
    api.onGet = (machine) => {
      if (++looks > 3) machine.state = 'running';
    };
    const making = make(reach);
    for (let round = 0; round < 20; round++) await clock.advance(5_000);
    expect(await making).toMatchObject({ state: 'running' });
  });

  it('answers what there is when it fails', async () => {
    const { api, reach } = setUp();
    api.onGet = (machine) => {
      machine.state = 'failed';
    };
    const error = await make(reach).catch((thrown: unknown) => thrown as PartlyDone);
    expect(error).toBeInstanceOf(PartlyDone);
    expect((error as PartlyDone).state).toMatchObject({ id: api.machines[0]!.id, state: 'failed' });
  });

  it('answers what there is when it is stopped', async () => {
    const { api, reach, stop } = setUp();
    api.onGet = () => stop.abort();
    const error = (await make(reach).catch((thrown: unknown) => thrown)) as PartlyDone;
    expect(error.cause).toBeInstanceOf(Stopped);
    expect(error.state).toMatchObject({ id: api.machines[0]!.id });
    expect(api.machines[0]!.tags).toEqual({ role: 'web' });
  });

  it('goes on with what a killed run has made, each for one of many alike', async () => {
    const { api, reach } = setUp();
    const mark = new Unrecorded();
    api.onGet = () => {
      throw new Error('killed');
    };
    await expect(make(reach, mark)).rejects.toThrow('killed');
    api.machines[0]!.tags[unrecordedTag] ??= 'put back'; // that run did not get to taking it off
    const request = { package: 'nano', image: image.id, metadata: {}, tags: { role: 'web' }, firewall_enabled: false, deletion_protection: false, allow_shared_images: true }; // prettier-ignore
    api.machines[0]!.tags[unrecordedTag] = mark.markOf(request);

    const next = setUp(api);
    api.onGet = (machine) => {
      machine.state = 'running';
    };
    const unrecorded = new Unrecorded();
    const states = await Promise.all([
      make(next.reach, unrecorded),
      createMachine(planned, next.reach, unrecorded, { random: () => 'other', sorted: () => '' }),
    ]);
    expect(api.machines).toHaveLength(2);
    expect(states.map((state) => state['id']).sort()).toEqual(api.machines.map(({ id }) => id));
    expect(api.machines.map(({ tags }) => tags)).toEqual([{ role: 'web' }, { role: 'web' }]);
  });

  it('never takes one that is recorded', async () => {
    const { api, reach } = setUp();
    const unrecorded = new Unrecorded();
    await make(reach, unrecorded);
    api.machines[0]!.tags[unrecordedTag] = 'm';
    unrecorded.isRecorded(api.machines[0]!.id);
    expect(await unrecorded.take('m', reach.cloud)).toBeUndefined();
  });
});
