import { EventEmitter } from 'node:events';
import { SteppedClock } from '@nereid/ports/fake';
import type { WebSocket } from 'ws';
import { ClientSocket } from './client-socket';

/** A socket whose far side the test plays. */
class PlayedSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSED = 3;
  readyState = 1;
  bufferedAmount = 0;
  pings = 0;
  readonly sent: string[] = [];
  readonly closes: [number, string][] = [];
  isTerminated = false;
  send(text: string): void {
    this.sent.push(text);
  }
  ping(): void {
    this.pings++;
  }
  close(code: number, reason: string): void {
    this.closes.push([code, reason]);
  }
  terminate(): void {
    this.isTerminated = true;
    this.readyState = this.CLOSED;
    this.emit('close');
  }
}

describe("a door's end of a WebSocket", () => {
  let socket: PlayedSocket;
  let clock: SteppedClock;
  let end: ClientSocket;
  let heard: string[];
  let overs: number;

  beforeEach(() => {
    [socket, clock, heard, overs] = [new PlayedSocket(), new SteppedClock(), [], 0];
    end = new ClientSocket(socket as unknown as WebSocket, clock, {
      onText: (text) => heard.push(text),
      onOver: () => overs++,
      mostWaitingBytes: 100,
      tooSlowCode: 4008,
    });
  });

  it('closes one that lets more pile up than it may, and does not wait for its answer', async () => {
    socket.bufferedAmount = 100;
    end.send('a');
    socket.bufferedAmount = 101;
    end.send('b');
    end.send('c');
    expect([socket.sent, socket.closes, overs]).toEqual([['a'], [[4008, 'reads too slowly']], 1]);
    socket.emit('message', Buffer.from('late'));
    await clock.advance(2_000);
    expect([socket.isTerminated, overs, heard]).toEqual([true, 1, []]);
  });

  it('keeps one that answers pings, and lets go of one that does not', async () => {
    for (let n = 0; n < 20; n++) {
      await clock.advance(5_000);
      socket.emit('pong');
    }
    expect([socket.isTerminated, socket.pings]).toEqual([false, 20]);
    for (let n = 0; n < 6; n++) await clock.advance(5_000);
    expect([socket.isTerminated, overs]).toEqual([true, 1]);
  });

  it('notices one that was closed before anybody listened', async () => {
    socket.readyState = socket.CLOSED;
    await clock.advance(5_000);
    expect([overs, socket.pings]).toEqual([1, 0]);
  });
});
