import { SteppedClock } from '@nereid/ports/fake';
import { StreamsOnDemand, type StreamBus } from './stream-bus';

const bus = (): StreamBus => ({
  open: () => Promise.resolve({ send: () => true, close: () => undefined }),
  close: () => Promise.resolve(),
});

describe('the connection of sessions', () => {
  it('is tried anew by the next session after it could not be made', async () => {
    const attempts = [() => Promise.reject(new Error('no server answers')), () => Promise.resolve(bus())];
    const streams = new StreamsOnDemand(() => attempts.shift()!(), new SteppedClock());

    await expect(streams.open('a', () => undefined)).rejects.toThrow('no server answers');
    const channel = await streams.open('b', () => undefined);

    expect(channel.send(new Uint8Array())).toBe(true);
  });

  it('is one for all sessions', async () => {
    const connect = jest.fn(() => Promise.resolve(bus()));
    const streams = new StreamsOnDemand(connect, new SteppedClock());

    await Promise.all([streams.open('a', () => undefined), streams.open('b', () => undefined)]);

    expect(connect).toHaveBeenCalledTimes(1);
  });
});
