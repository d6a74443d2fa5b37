import type { ServerId, ServerState } from '@nereid/contracts';
import { SteppedClock } from '@nereid/ports/fake';
import { Liveness } from './liveness';

const a = '00000000-0000-4000-8000-00000000000a' as ServerId;

describe('liveness', () => {
  const clock = new SteppedClock();
  const settings = { suspectAfterMs: 5_500, downAfterMs: 30_000 };
  const judged = (liveness: Liveness, state: ServerState) => liveness.judge([{ id: a, state }]).map((c) => c.to);

  it('turns silence into suspect, then down, and a beat into up', async () => {
    const liveness = new Liveness(clock, settings);
    liveness.beat(a);
    await clock.advance(5_499);
    expect(judged(liveness, 'up')).toEqual([]);
    await clock.advance(1);
    expect(judged(liveness, 'up')).toEqual(['suspect']);
    expect(judged(liveness, 'suspect')).toEqual([]);
    await clock.advance(24_500);
    expect(judged(liveness, 'suspect')).toEqual(['down']);
    expect(judged(liveness, 'up')).toEqual(['down']);
    expect(judged(liveness, 'down')).toEqual([]);
    liveness.beat(a);
    expect(judged(liveness, 'down')).toEqual(['up']);
    expect(judged(liveness, 'suspect')).toEqual(['up']);
    expect(liveness.lastSeenAt(a)).toEqual(new Date(clock.nowMs()));
  });

  it('gives every server its time after a start, and raises none that it has not heard', async () => {
    const liveness = new Liveness(clock, settings);
    expect(judged(liveness, 'up')).toEqual([]);
    expect(judged(liveness, 'down')).toEqual([]);
    expect(judged(liveness, 'suspect')).toEqual([]);
    await clock.advance(5_500);
    expect(judged(liveness, 'up')).toEqual(['suspect']);
  });

  it('leaves a server alone that has not said what it is', () => {
    const liveness = new Liveness(clock, settings);
    liveness.beat(a);
    expect(judged(liveness, 'new')).toEqual([]);
  });
});
