import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation } from './installation';

describe('an installation', () => {
  let parent: string;
  let checkout: string;
  const states: string[] = [];
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'nereid-installation-'));
    checkout = join(parent, 'checkout');
    mkdirSync(checkout);
  });
  afterEach(() => [parent, ...states.splice(0)].forEach((each) => rmSync(each, { recursive: true, force: true })));
  const ensure = (path: string): Installation => {
    const made = Installation.ensure(path);
    states.push(made.state);
    return made;
  };

  it('is found again with its id', () => {
    expect(Installation.find(checkout)).toBeUndefined();
    const first = ensure(checkout);
    expect(first.id).toMatch(/^[0-9a-f]{8}$/);
    expect(ensure(checkout).id).toBe(first.id);
    expect(Installation.find(checkout)?.id).toBe(first.id);
    expect(readFileSync(join(first.state, 'checkout'), 'utf8')).toBe(checkout);
  });

  it('goes with a checkout that is moved', () => {
    const { id } = ensure(checkout);
    renameSync(checkout, join(parent, 'moved'));
    expect(ensure(join(parent, 'moved')).id).toBe(id);
  });

  it('is not shared by a copy of the checkout', () => {
    const { id } = ensure(checkout);
    cpSync(checkout, join(parent, 'copy'), { recursive: true });
    expect(Installation.find(join(parent, 'copy'))).toBeUndefined();
    expect(ensure(join(parent, 'copy')).id).not.toBe(id);
    expect(ensure(checkout).id).toBe(id);
  });

  it('waits for a port that a killed server lets go of in a moment', async () => {
    const installation = ensure(checkout);
    const port = await installation.port('killed');
    const dying = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => dying.once('listening', resolve));
    const again = installation.port('killed'); // its first look finds the port taken
    setImmediate(() => dying.close());
    expect(await again).toBe(port);
  });

  it('gives each server a port that stays, until somebody else has taken it', async () => {
    const installation = ensure(checkout);
    const [one, other] = await Promise.all([installation.port('one'), installation.port('other')]);
    expect(one).not.toBe(other);
    expect(await ensure(checkout).port('one')).toBe(one);
    const thief = createServer().listen(one, '127.0.0.1');
    await new Promise((resolve) => thief.once('listening', resolve));
    try {
      expect(await installation.port('one', true)).toBe(one);
      expect(await installation.port('one')).not.toBe(one);
    } finally {
      thief.close();
    }
  });

  it('lets one command at a time start and stop things, and forgets one that was interrupted', () => {
    const installation = ensure(checkout);
    const end = installation.takeTurn('up');
    expect(() => installation.takeTurn('down')).toThrow(/\.\/dev up is at work/);
    end();
    expect(existsSync(installation.path('turn.json'))).toBe(false);
    installation.takeTurn('reset')();
  });
});
