import { EventEmitter } from 'node:events';
import { adminapi } from '@nereid/contracts';
import { SteppedClock } from '@nereid/ports/fake';
import type { WebSocket } from 'ws';
import { told } from './change';
import { ChangeClient } from './change-client';
import type { ChangeFeeds, FeedsListener } from './change-feeds';

/** A socket whose far side reads nothing. */
class StuckSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  closedWith: number | undefined;
  isTerminated = false;
  send(text: string): void {
    this.bufferedAmount += text.length;
  }
  close(code: number): void {
    this.closedWith ??= code;
  }
  terminate(): void {
    this.isTerminated = true;
  }
}

it('a client that reads too slowly is closed before it costs more than its share of memory', async () => {
  let listener: FeedsListener | undefined;
  const feeds = {
    heads: () => ({}),
    whenHeard: async () => undefined,
    listen: (given: FeedsListener) => ((listener = given), () => undefined),
  };
  const clock = new SteppedClock();
  const socket = new StuckSocket();
  new ChangeClient(socket as unknown as WebSocket, feeds as unknown as ChangeFeeds, clock);
  socket.emit('message', JSON.stringify({ type: 'hello' }));
  for (let n = 0; n < 5; n++) await Promise.resolve();
  const change = told({ owner: 'vmapi', resource: 'vm', event: 'changed', uuid: 'x'.repeat(1_000) });
  for (let batch = 0; batch < 200 && socket.closedWith === undefined; batch++) {
    for (let n = 0; n < 100; n++) listener!.onChange(change);
    await clock.advance(20);
  }
  expect(socket.closedWith).toBe(adminapi.closeCodes.tooSlow);
  expect(socket.bufferedAmount).toBeLessThan(2 * 1024 * 1024);
  await clock.advance(3_000);
  expect(socket.isTerminated).toBe(true);
});
