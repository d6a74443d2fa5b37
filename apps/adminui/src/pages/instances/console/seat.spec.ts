import type { ConsoleListener, ConsoleOutcome } from '@nereid/client/console';
import { consoleCloseCodes } from '@nereid/contracts/light';
import { Seat, type OpenSession, type SeatMode, type SeatState } from './seat';

const inUse: ConsoleOutcome = { reason: 'disconnected', code: consoleCloseCodes.refused, message: 'InUse' };

/** A session whose far side the test plays. */
class PlayedSession {
  readonly typed: string[] = [];
  isClosed = false;
  begin!: () => void;
  end!: (outcome: ConsoleOutcome) => void;
  readonly opened = new Promise<void>((resolve) => (this.begin = resolve));
  readonly ended = new Promise<ConsoleOutcome>((resolve) => (this.end = resolve));

  constructor(
    readonly mode: SeatMode,
    readonly listener: ConsoleListener,
  ) {}

  resize = (): void => undefined;
  close = (): void => void (this.isClosed = true);
  type = (bytes: Uint8Array): Promise<void> => {
    this.typed.push(new TextDecoder().decode(bytes));
    return Promise.resolve();
  };
  says(text: string): void {
    this.listener.onOutput(new TextEncoder().encode(text), () => undefined);
  }
}

describe('a seat at a console', () => {
  let sessions: PlayedSession[];
  let states: SeatState[];
  let shown: string;
  let seat: Seat;
  const open: OpenSession = async (mode, listener) => {
    const session = new PlayedSession(mode, listener);
    sessions.push(session);
    return session as never;
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const last = (): PlayedSession => sessions.at(-1)!;
  const sit = async (): Promise<void> => {
    void seat.sit();
    await settle();
    last().begin();
    await settle();
  };
  const key = (text: string): void => seat.type(new TextEncoder().encode(text));

  beforeEach(() => {
    [sessions, states, shown] = [[], [], ''];
    const screen = {
      size: { columns: 80, rows: 24 },
      clear: () => void (shown = ''),
      write: (bytes: Uint8Array) => void (shown += new TextDecoder().decode(bytes)),
    };
    seat = new Seat(open, screen, (state) => states.push(state));
  });

  it('types when the keyboard is free', async () => {
    await sit();
    last().says('hello');
    key('ls');
    expect({ states, shown, typed: last().typed }).toEqual({
      states: [{ phase: 'connecting' }, { phase: 'open', mode: 'type', isTaken: false }],
      shown: 'hello',
      typed: ['ls'],
    });
  });

  it('watches when somebody else types, and takes the keyboard when that one lets go of it', async () => {
    void seat.sit();
    await settle();
    last().end(inUse);
    await settle();
    last().begin();
    await settle();
    expect(states.at(-1)).toEqual({ phase: 'open', mode: 'watch', isTaken: true });
    const watching = last();
    watching.says('seen');
    key('not heard');
    void seat.askToType();
    await settle();
    last().end(inUse);
    await settle();
    expect({ shown, isClosed: watching.isClosed, typed: watching.typed }).toEqual({ shown: 'seen', isClosed: false, typed: [] });
    void seat.askToType();
    await settle();
    last().begin();
    await settle();
    watching.says('late');
    last().says('fresh');
    expect({ shown, isClosed: watching.isClosed, last: states.at(-1) }).toEqual({
      shown: 'fresh',
      isClosed: true,
      last: { phase: 'open', mode: 'type', isTaken: false },
    });
  });

  it('says why it ended, keeps what was shown, and can be taken again', async () => {
    await sit();
    last().says('last words');
    last().end({ reason: 'stopped' });
    await settle();
    expect({ shown, last: states.at(-1) }).toEqual({ shown: 'last words', last: { phase: 'ended', why: 'The instance stopped.' } });
    await sit();
    expect(states.at(-1)).toEqual({ phase: 'open', mode: 'type', isTaken: false });
  });

  it('says why it cannot begin', async () => {
    seat = new Seat(() => Promise.reject(new Error('Its server offers none.')), { size: { columns: 1, rows: 1 }, clear: () => undefined, write: () => undefined }, (state) => states.push(state)); // prettier-ignore
    await seat.sit();
    expect(states.at(-1)).toEqual({ phase: 'ended', why: 'Its server offers none.' });
  });

  it('what begins after it was left is closed, and nobody is told', async () => {
    void seat.sit();
    await settle();
    seat.leave();
    last().begin();
    await settle();
    expect({ isClosed: last().isClosed, states }).toEqual({ isClosed: true, states: [{ phase: 'connecting' }] });
  });
});
