import { AccountId, JobId, jobHint, type Job } from '@nereid/contracts';
import { SystemClock, SystemIds } from '@nereid/ports';
import { InMemoryBus } from '../../test/in-memory-bus';
import { JobChanges } from './job-changes';

const ids = new SystemIds();
const account = AccountId.parse(ids.random());
const job = JobId.parse(ids.random());

describe('word of jobs', () => {
  let bus: InMemoryBus;
  let changes: JobChanges;
  beforeEach(() => {
    bus = new InMemoryBus();
    changes = new JobChanges(bus, new SystemClock());
    changes.onModuleInit();
  });
  afterEach(() => changes.onModuleDestroy());

  const tell = (of: JobId = job): void => bus.hint(jobHint, { job: of, vm: ids.random() as Job['vm'], state: 'succeeded' });

  it('comes to who listens, also when it came before they waited', async () => {
    const listener = changes.listen(job, account)!;
    tell();
    expect(await listener.next(60_000)).toBe(true);
    const next = listener.next(60_000);
    tell(JobId.parse(ids.random()));
    tell();
    expect(await next).toBe(true);
    expect(await listener.next(0)).toBe(false);
  });

  it('is not waited for any more once the client or the door has gone', async () => {
    const [left, closed] = [changes.listen(job, account)!, changes.listen(job, account)!];
    const waiting = [left.next(60_000), closed.next(60_000)];
    left.end();
    await changes.onModuleDestroy();
    expect(await Promise.all(waiting)).toEqual([false, false]);
  });

  it('is given to so many of an account, and to more when those have stopped', () => {
    const listeners = Array.from({ length: 100 }, () => changes.listen(job, account)!);
    expect(changes.listen(job, account)).toBeUndefined();
    expect(changes.listen(job, AccountId.parse(ids.random()))).toBeDefined();
    listeners[0]!.stop();
    listeners[0]!.stop();
    expect(changes.listen(job, account)).toBeDefined();
    expect(changes.listen(job, account)).toBeUndefined();
  });
});
