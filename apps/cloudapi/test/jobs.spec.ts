import { ServerId, jobStepHint, type Job, type Vm } from '@nereid/contracts';
import { generateKeys, signerFor } from '@nereid/http-signature/testing';
import { SystemIds } from '@nereid/ports';
import { SmallCloud } from './small-cloud';
import { TestDoor, type Reply } from './test-door';

const keys = generateKeys();
const stranger = generateKeys();
const cloud = new SmallCloud();
const acme = cloud.addAccount('acme', [keys.ed25519.publicLine]);
const other = cloud.addAccount('other', [stranger.ed25519.publicLine]);
const at = '2026-11-22T10:00:01.000Z';
const server = ServerId.parse(new SystemIds().random());
let door: TestDoor;
let vm: Vm;

beforeAll(async () => {
  door = await TestDoor.open(cloud, signerFor(keys.ed25519, 'acme'));
});
afterAll(() => door.close());
beforeEach(() => {
  vm = cloud.addVm(acme.id);
});

const show = (job: Job, query = ''): Promise<Reply> => door.ask(`/my/machines/${vm.id}/jobs/${job.id}${query}`);
/** The job as its owner wrote it; with or without word of it. */
const change = (job: Job, to: Partial<Job>, isTold = true): void => {
  cloud.jobs.set(job.id, { ...cloud.jobs.get(job.id)!, ...to });
  if (isTold) cloud.bus.hint(jobStepHint, { job: job.id, vm: job.vm });
};
const reads = (): number => cloud.bus.asked.filter(({ subject }) => subject === 'vmapi.v1.jobs.get').length;
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('jobs of an instance', () => {
  it('are named by the answer to the change, where there is one', async () => {
    const start = (): Promise<Reply> => door.ask(`/my/machines/${vm.id}`, { method: 'POST', body: { action: 'start' } });
    vm = cloud.addVm(acme.id, { state: 'stopped' });
    const id = (await start()).headers['x-job-id'];
    expect((await show({ id } as Job)).body).toMatchObject({ id, machine: vm.id, action: 'start', state: 'queued', steps: [] });
    expect((await start()).headers['x-job-id']).toBeUndefined(); // it runs already
  });

  it('are listed newest first, without their steps', async () => {
    const [first, second] = [cloud.addJob(vm), cloud.addJob(vm, { workflow: 'vm.stop' })];
    const { body } = await door.ask(`/my/machines/${vm.id}/jobs`);
    expect(body).toMatchObject([{ id: second.id, action: 'stop' }, { id: first.id, action: 'provision' }]); // prettier-ignore
    expect(body[0]).not.toHaveProperty('steps');
    expect((await door.ask(`/my/machines/${vm.id}/jobs?limit=1`)).body).toHaveLength(1);
    expect((await door.ask(`/my/machines/${vm.id}/jobs?limit=0`)).status).toBe(409);
  });

  it('show steps and published errors, and nothing of servers', async () => {
    const error = { code: 'InsufficientCapacity', message: `server ${server} has 12 MiB left in /zones` };
    const job = cloud.addJob(vm, {
      state: 'stuck',
      error: { ...error, step: 'boot' },
      steps: [
        {
          name: 'pick-server',
          direction: 'do',
          state: 'done',
          attempts: 1,
          startedAt: at,
          finishedAt: at,
          durationMs: 0,
          output: { server },
        },
        { name: 'boot', direction: 'do', state: 'failed', attempts: 3, startedAt: at, finishedAt: at, durationMs: 0, error },
        {
          name: 'boot',
          direction: 'undo',
          state: 'waiting',
          attempts: 9,
          startedAt: at,
          error: { code: 'NoSuchCode', message: '/dev/zfs' },
        },
      ],
    });
    const { body, text } = await show(job);
    const noRoom = { code: 'InsufficientCapacity', message: 'No server has room for it.' };
    expect(body).toEqual({
      ...{
        id: job.id,
        machine: vm.id,
        action: 'provision',
        state: 'undoing',
        created: job.createdAt,
        started: job.startedAt,
        error: noRoom,
      },
      steps: [
        { name: 'pick-server', direction: 'do', state: 'done', started: at, finished: at },
        { name: 'boot', direction: 'do', state: 'failed', started: at, finished: at, error: noRoom },
        {
          ...{ name: 'boot', direction: 'undo', state: 'running', started: at },
          error: { code: 'InternalError', message: 'Something went wrong on our side.' },
        },
      ],
      mark: expect.any(String),
    });
    for (const secret of [server, 'MiB', 'zfs', 'attempts', 'epoch']) expect(text).not.toContain(secret);
  });

  it('are answered when they change, not before', async () => {
    const job = cloud.addJob(vm);
    const { mark } = (await show(job)).body as { mark: string };
    const before = reads();
    let isAnswered = false;
    const waiting = show(job, `?wait=25&mark=${mark}`).finally(() => (isAnswered = true));
    await until(() => reads() > before);
    cloud.bus.hint(jobStepHint, { job: job.id, vm: vm.id }); // word, but nothing new
    await until(() => reads() > before + 1);
    expect(isAnswered).toBe(false);
    change(job, { steps: [{ ...job.steps![0]!, state: 'done', finishedAt: at }] });
    const { body } = await waiting;
    expect(body.steps).toMatchObject([{ state: 'done', finished: at }]);
    expect(body.mark).not.toBe(mark);
    // With an older mark, or without one, nothing is waited for.
    expect((await show(job, `?wait=25&mark=${mark}`)).body.mark).toBe(body.mark);
    expect((await show(job, '?wait=25')).body.mark).toBe(body.mark);
  });

  it('are answered at the end of the wait, with what no word came of', async () => {
    const job = cloud.addJob(vm);
    const { mark } = (await show(job)).body as { mark: string };
    const before = reads();
    const waiting = show(job, `?wait=1&mark=${mark}`);
    await until(() => reads() > before);
    change(job, { state: 'succeeded', finishedAt: at }, false);
    expect((await waiting).body).toMatchObject({ state: 'succeeded', finished: at });
    const ended = (await show(job)).body as { mark: string };
    expect((await show(job, `?wait=25&mark=${ended.mark}`)).body).toEqual(ended); // nothing more will come
    expect((await show(job, '?wait=26')).status).toBe(409);
  });

  it('are not there for another account, nor under another instance', async () => {
    const job = cloud.addJob(vm);
    const theirs = cloud.addVm(other.id);
    const theirJob = cloud.addJob(theirs);
    const as = { signer: signerFor(stranger.ed25519, 'other') };
    for (const reply of [
      await door.ask(`/my/machines/${vm.id}/jobs`, as),
      await door.ask(`/my/machines/${vm.id}/jobs/${job.id}`, as),
      await door.ask(`/my/machines/${theirs.id}/jobs/${job.id}`, as),
      await door.ask(`/my/machines/${theirs.id}/jobs/${job.id}?wait=25&mark=x`, as),
      await show(theirJob),
      await door.ask(`/my/machines/${cloud.addVm(acme.id).id}/jobs/${job.id}`),
      await door.ask(`/my/machines/${vm.id}/jobs/nosuch`),
    ]) {
      expect(reply).toMatchObject({ status: 404, body: { code: 'ResourceNotFound' } });
    }
  });
});
