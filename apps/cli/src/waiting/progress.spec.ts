import type { Clock } from '@nereid/ports/clock';
import type { Context } from '../context';
import { ProcessTerminal, type Terminal } from '../ports/terminal';
import type { Job } from './jobs';
import { progressOf } from './progress';

const at = (seconds: number): string => new Date(1_700_000_000_000 + seconds * 1000).toISOString();
const step = (name: string, more: Partial<Job['steps'][number]> = {}): Job['steps'][number] => ({
  ...{ name, direction: 'do', state: 'running', started: at(0) },
  ...more,
});
const job = (...steps: Job['steps']): Job => ({
  ...{ id: 'j', machine: 'm', action: 'provision', state: 'running', created: at(0), mark: '' },
  steps,
});
const done = { state: 'done', finished: at(2) } as const;
const failed = { state: 'failed', finished: at(3), error: { code: 'Timeout', message: 'Too slow.' } } as const;

/** A clock that stands until it is moved; `tick` is what was to be called from time to time. */
class StandingClock {
  ms = 0;
  tick: (() => void) | undefined;
  monotonicMs = (): number => this.ms;
  every(_ms: number, act: () => void): () => void {
    this.tick = act;
    return () => (this.tick = undefined);
  }
}

function contextOf(terminal: Partial<Terminal>, clock = new StandingClock(), env = {}): Context {
  return { terminal, clock: clock as unknown as Clock, env } as unknown as Context;
}
const given = (...flags: string[]): Parameters<typeof progressOf>[1] => ({ flags: new Set(flags), values: {}, args: ['web0'] });

describe('progress where nobody looks', () => {
  it('is a line for each step that has ended', () => {
    const lines: string[] = [];
    const progress = progressOf(contextOf({ isInteractive: false, complain: (...more) => void lines.push(...more) }), given());
    progress.show('web0', job(step('pick-server'), step('reserve-nics', done)));
    progress.show('web0', job(step('pick-server', done), step('reserve-nics', done), step('boot')));
    progress.show('web0', job(step('boot', failed), step('boot', { ...done, direction: 'undo' })));
    progress.end();
    expect(lines).toEqual(['web0: reserve-nics 2s', 'web0: pick-server 2s', 'web0: boot failed after 3s: Timeout: Too slow.', 'web0: undo boot 2s']); // prettier-ignore
  });

  it.each([
    ['with -j', given('json'), {}],
    ['in place of the triton command', given(), { TRITON_COMPAT: '1' }],
  ])('is nothing %s', (_, asked, env) => {
    const complain = jest.fn();
    progressOf(contextOf({ isInteractive: false, complain }, undefined, env), asked).show('web0', job(step('boot', done)));
    expect(complain).not.toHaveBeenCalled();
  });
});

describe('progress where somebody looks', () => {
  const screen = (size: { columns: number; rows: number }): { shown: string[]; terminal: Partial<Terminal> } => {
    const shown: string[] = [];
    const status = (lines: readonly string[]): void => void shown.splice(0, shown.length, ...lines);
    return { shown, terminal: { isInteractive: true, size, status, leaveStatus: () => undefined } };
  };

  it('is the steps of one job, with the time of what goes on running', () => {
    const { shown, terminal } = screen({ columns: 80, rows: 24 });
    const clock = new StandingClock();
    const progress = progressOf(contextOf(terminal, clock), given());
    progress.show('web0', job(step('pick-server', done), step('boot')));
    clock.ms = 61_000;
    clock.tick!();
    expect(shown).toEqual(['  web0  pick-server  2s', '  web0  boot         1m1s …']);
    progress.show('web0', job(step('pick-server', done), step('boot', failed)));
    progress.end();
    expect(shown[1]).toBe('  web0  boot         failed after 3s: Timeout: Too slow.');
    expect(clock.tick).toBeUndefined();
  });

  it('is the newest step of each of several, and no more than the screen holds', () => {
    const { shown, terminal } = screen({ columns: 20, rows: 4 });
    const progress = progressOf(contextOf(terminal), given(), false);
    for (const name of ['a', 'b', 'c', 'd']) progress.show(name, { ...job(step('remove', done), step('release-capacity')), id: name });
    expect(shown).toEqual(['  b  release-capaci', '  c  release-capaci', '  d  release-capaci'].map((line) => line.slice(0, 19)));
  });
});

describe('the status of a terminal', () => {
  it('stays below what is printed meanwhile', () => {
    const written: string[] = [];
    const record = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
    const out = jest.spyOn(process.stdout, 'write').mockImplementation(record);
    const err = jest.spyOn(process.stderr, 'write').mockImplementation(record);
    try {
      const terminal = new ProcessTerminal();
      terminal.status(['one', 'two']);
      terminal.print('done');
      terminal.leaveStatus();
      terminal.print('last');
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
    expect(written.join('')).toBe('one\ntwo\n\x1b[2A\x1b[Jdone\none\ntwo\nlast\n');
  });
});
