import type { Bus } from '@nereid/bus';
import { VmId } from '@nereid/contracts';
import { SystemIds } from '@nereid/ports';
import { SteppedClock } from '@nereid/ports/fake';
import type { AnalyticsSettings } from '../tokens';
import { VmNames } from './vm-names';

const ids = new SystemIds();

describe('names of instances', () => {
  it('are not asked for without end, of however many a server speaks', async () => {
    const asked: VmId[] = [];
    const bus = {
      onHint: () => async () => undefined,
      call: async (_: unknown, { filter }: { filter: { ids: VmId[] } }) => (asked.push(...filter.ids), { items: [] }),
    } as unknown as Bus;
    const clock = new SteppedClock();
    const names = new VmNames(bus, clock, ids, { maxObjects: 10 } as AnalyticsSettings);
    names.onModuleInit();
    for (let n = 0; n < 1_000; n++) {
      names.find(VmId.parse(ids.random()));
      if (n % 100 === 0) await clock.advance(500);
    }
    await clock.advance(1_000);
    expect(asked).toHaveLength(20);
    // What nobody speaks of any more makes room again.
    await clock.advance(16 * 60_000);
    names.find(VmId.parse(ids.random()));
    await clock.advance(500);
    expect(asked).toHaveLength(21);
    await names.onApplicationShutdown();
  });
});
