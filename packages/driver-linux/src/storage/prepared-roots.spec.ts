import type { Zfs } from '../zfs/zfs';
import { PoolLayout } from '../zfs/pool-layout';
import type { ImageRecords } from '../image/image-records';
import { SteppedClock } from '@nereid/ports/fake';
import { IdRanges } from './id-ranges';
import { PreparedRoots } from './prepared-roots';

const image = '00000000-0000-4000-8000-00000000000a';

describe('roots made ahead', () => {
  it('say what could not be made, hold nothing of it, and are tried again', async () => {
    const clock = new SteppedClock();
    const problems: string[] = [];
    const destroyed: string[] = [];
    const zfs = {
      clone: async () => Promise.reject(new Error('the pool is suspended')),
      destroy: async (_: unknown, dataset: string) => void destroyed.push(dataset),
    } as unknown as Zfs;
    const images = { read: async () => ({ inodes: 1 }) } as unknown as ImageRecords;
    const ranges = new IdRanges();
    const release = jest.spyOn(ranges, 'release');
    const roots = new PreparedRoots(zfs, new PoolLayout('pool', '/pool'), images, ranges, clock, (tried, error) =>
      problems.push(`${tried}: ${(error as Error).message}`),
    );
    for (let n = 1; n <= 2; n++) {
      roots.tendSoon(image);
      await clock.advance(1_000);
      expect(problems).toEqual(Array(n).fill(`preparing roots of image ${image}: the pool is suspended`));
    }
    expect(destroyed).toHaveLength(2);
    expect(roots.take(image, 'instance')).toBeUndefined();
    await roots.close();
    expect(release.mock.calls.flat()).toEqual(destroyed);
  });
});
