import { SystemClock } from '@nereid/ports';
import { ScriptedRunner } from '@nereid/ports/fake';
import { Programs } from '../programs';
import { parseProperties, Zfs } from './zfs';

const zfsThat = (answer: ConstructorParameters<typeof ScriptedRunner>[0]): { zfs: Zfs; runner: ScriptedRunner } => {
  const runner = new ScriptedRunner(answer);
  return { zfs: new Zfs(new Programs(runner), new SystemClock()), runner };
};

describe('zfs', () => {
  it('reads properties by dataset, leaving out what is not set', () => {
    const read = parseProperties('p/a\tused\t1024\np/a\tnereid:state\t-\np/b\tused\t0\n');
    expect(read.get('p/a')).toEqual(new Map([['used', '1024']]));
    expect(read.get('p/b')?.get('used')).toBe('0');
  });

  it('is patient with a dataset that FUSE has not let go of yet', async () => {
    let tries = 0;
    const { zfs } = zfsThat(() =>
      ++tries < 4 ? { code: 1, stderr: 'cannot unmount: Device or resource busy: dataset is busy' } : { code: 0 },
    );
    await zfs.destroy(undefined, 'p/a');
    expect(tries).toBe(4);
  });

  it('counts an absent dataset as destroyed, and refuses at once one that has clones', async () => {
    await zfsThat(() => ({ code: 1, stderr: "cannot open 'p/a': dataset does not exist" })).zfs.destroy(undefined, 'p/a');
    const { zfs, runner } = zfsThat(() => ({ code: 1, stderr: "cannot destroy 'p/a': filesystem has dependent clones" }));
    await expect(zfs.destroy(undefined, 'p/a')).rejects.toMatchObject({ code: 'Busy' });
    expect(runner.asked).toHaveLength(1);
  });

  it('says Unavailable when no daemon answers', async () => {
    const { zfs } = zfsThat(() => ({ code: 1, stderr: 'Please make sure that the zfs-fuse daemon is running.' }));
    await expect(zfs.poolGuid('p')).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(zfs.get('p', ['used'])).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
