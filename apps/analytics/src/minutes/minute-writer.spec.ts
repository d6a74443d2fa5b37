import { Logger } from '@nestjs/common';
import { serverSeries, type NodeFrame, type ServerId } from '@nereid/contracts';
import { SteppedClock } from '@nereid/ports/fake';
import type { VmNames } from '../names/vm-names';
import type { AnalyticsSettings } from '../tokens';
import { Seconds } from '../windows/seconds';
import { Windows, type FinishedMinute } from '../windows/windows.service';
import { MinuteWriter } from './minute-writer';
import type { MinutesRepository } from './minutes.repository';

const server = '00000000-0000-4000-8000-00000000000a' as ServerId;
const frame = { server: serverSeries.map(() => 1), instances: [] } as unknown as NodeFrame;

describe('minutes', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('wait while the database is away, and are written once it is back', async () => {
    const settings = { maxObjects: 10, keepMinutesForDays: 1 } as AnalyticsSettings;
    const clock = new SteppedClock(0);
    const windows = new Windows({ isOn: () => false } as unknown as VmNames, settings);
    const written: FinishedMinute[] = [];
    let isAway = true;
    const minutes = {
      insert: async (given: readonly FinishedMinute[]) => {
        if (isAway) throw new Error('the database is away');
        written.push(...given);
      },
    } as unknown as MinutesRepository;
    const writer = new MinuteWriter(windows, minutes, new Seconds(clock), settings, clock);
    for (const second of [30, 90, 150]) {
      windows.ingest(server, second, frame);
      await writer.write();
    }
    isAway = false;
    await writer.write();
    expect(written.map(({ object, start }) => [object, start])).toEqual([
      [server, 0],
      [server, 60],
    ]);
    await writer.write();
    expect(written).toHaveLength(2);
  });
});
