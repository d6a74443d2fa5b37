import type { Bus } from '@nereid/bus';
import { OperatorId, ServiceError } from '@nereid/contracts';
import type { Log } from '@nereid/platform';
import { CountingIds, SteppedClock } from '@nereid/ports/fake';
import type { ChangeFeeds, FeedsListener } from '../changes/change-feeds';
import { PasswordChanges } from './password-changes';
import type { SessionsService } from './sessions.service';

const [anna, bert] = [OperatorId.parse('0ae1a3c5-0000-4000-8000-000000000001'), OperatorId.parse('0ae1a3c5-0000-4000-8000-000000000002')];
const changedAt = '2026-11-22T10:00:00.000Z';

/** A door that comes up with sessions of both, and an identity that may be away. */
function aDoor() {
  const clock = new SteppedClock();
  const ended: [OperatorId, string][] = [];
  const at = { isAway: false, isHeard: true, listener: undefined as FeedsListener | undefined };
  const feeds = {
    onEntry: () => undefined,
    whenHeard: async () => undefined,
    heads: () => (at.isHeard ? { identity: 7 } : {}),
    listen: (listener: FeedsListener) => ((at.listener = listener), () => undefined),
  } as unknown as ChangeFeeds;
  const sessions = {
    operators: async () => [anna, bert],
    endBefore: async (operator: OperatorId, before: Date) => void ended.push([operator, before.toISOString()]),
  } as unknown as SessionsService;
  const bus = {
    call: async (_: unknown, { id }: { id: OperatorId }) => {
      if (at.isAway) throw new ServiceError('ServiceUnavailable', 'nobody serves');
      if (id === bert) throw new ServiceError('ResourceNotFound', 'There is no such operator.');
      return { id, login: 'anna', totpEnabled: false, passwordChangedAt: changedAt };
    },
  } as unknown as Bus;
  const log = { debug: () => undefined } as unknown as Log;
  const changes = new PasswordChanges(feeds, sessions, bus, clock, new CountingIds(), log);
  changes.onModuleInit();
  return { at, changes, clock, ended };
}

describe('passwords that changed while nobody listened', () => {
  it('end the sessions of before when the door comes up, and all of an operator who is gone', async () => {
    const { changes, clock, ended } = aDoor();
    await changes.catchUp();
    expect(ended).toEqual([
      [anna, changedAt],
      [bert, new Date(clock.nowMs()).toISOString()],
    ]);
  });

  it('are asked for until identity answers, and not before its feed is followed', async () => {
    const { at, changes, clock, ended } = aDoor();
    at.isHeard = false;
    await changes.catchUp();
    at.isHeard = true;
    at.isAway = true;
    await clock.advance(2_000);
    expect(ended).toEqual([]);
    at.isAway = false;
    await clock.advance(2_000);
    expect(ended).toHaveLength(2);
    changes.onModuleDestroy();
  });

  it('are asked for again after a gap in the feed', async () => {
    const { at, changes, ended } = aDoor();
    at.listener!.onResync('vmapi', 1);
    at.listener!.onResync('identity', 9);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toHaveLength(2);
    changes.onModuleDestroy();
  });
});
