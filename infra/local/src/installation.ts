import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { becomesFree, freePort } from './loopback';
import { ProcessRecords, isAlive, recordOf } from './process-record';
import { Unprivileged } from './unprivileged';

/** The checkout this file belongs to. */
export const repository = dirname(dirname(dirname(__dirname)));

/** Where the states of checkouts are kept that the unprivileged user cannot reach. */
export const sharedStates = '/var/lib/nereid';

interface Identity {
  readonly id: string;
  readonly checkout: string;
  readonly state: string;
}

/**
 * One cloud of one checkout: its 8 hex digits, its directory, its processes, its ports. `.nereid/` in the checkout names it; the rest of the
 * state is there as well, or, where the unprivileged user cannot reach the checkout, under /var/lib/nereid/<id>.
 */
export class Installation {
  readonly id: string;
  readonly state: string;
  readonly as: Unprivileged;
  readonly processes: ProcessRecords;
  /** More of the environment for services and agents. Tests set it, each time before they start something. */
  extraEnv: Readonly<Record<string, string>> = {};

  private constructor(readonly identity: Identity) {
    this.id = identity.id;
    this.state = identity.state;
    this.as = new Unprivileged(repository, identity.state); // whose programs run, whatever checkout the cloud belongs to
    this.processes = new ProcessRecords(this.path('run'));
    mkdirSync(this.path('log'), { recursive: true });
  }

  /** The installation of this checkout, if it has one. */
  static find(checkout = repository): Installation | undefined {
    const identity = readIdentity(checkout);
    return identity && existsSync(identity.state) ? new Installation(identity) : undefined;
  }

  /** The installation of this checkout, made if it has none. Starts nothing. */
  static ensure(checkout = repository): Installation {
    const known = readIdentity(checkout);
    const identity = known ?? makeIdentity(checkout);
    mkdirSync(identity.state, { recursive: true, mode: 0o755 });
    writeFileSync(join(identity.state, 'checkout'), checkout); // by which the janitor knows whether this state is anybody's
    return new Installation(identity);
  }

  path(...parts: string[]): string {
    return join(this.state, ...parts);
  }

  logFile(process: string): string {
    return this.path('log', `${process}.log`);
  }

  /** What every process of the installation has in its environment: the janitor finds the orphans by it. */
  get env(): Record<string, string> {
    return { ...this.extraEnv, NEREID_INSTALLATION: this.id };
  }

  /**
   * The port of a server of this installation: the same at every start, unless somebody else has taken it meanwhile.
   * @param isOurs whether the server runs now (then the port is not free, and right)
   */
  async port(name: string, isOurs = false): Promise<number> {
    const file = this.path('ports.json');
    const read = (): Record<string, number> => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {});
    const known = read()[name];
    if (known !== undefined && (isOurs || (await becomesFree(known)))) return known;
    let port = await freePort();
    while (Object.values(read()).includes(port)) port = await freePort();
    replaceFile(file, JSON.stringify({ ...read(), [name]: port }, undefined, 2)); // read again: steps side by side choose ports too
    return port;
  }

  /** A secret that is made once and kept in a file of the unprivileged user's. Answers the file. */
  secretFile(name: string, make: () => string = () => randomBytes(24).toString('base64url')): string {
    this.as.ownDirectory(this.path('secrets'));
    const file = this.path('secrets', name);
    if (!existsSync(file)) this.as.ownFile(file, make());
    return file;
  }

  /** Marks the installation as in use by this process and by those it starts; the janitor keeps its hands off while any of them lives. */
  claimNames(): void {
    const record = { ...recordOf('dev', process.pid), checkout: this.identity.checkout, state: this.state };
    writeFileSync(this.path('owner'), JSON.stringify(record));
    if (!this.as.isRoot) return;
    mkdirSync(join('/run/nereid', this.id), { recursive: true });
    writeFileSync(join('/run/nereid', this.id, 'owner'), JSON.stringify(record));
  }

  /** The opposite of {@link claimNames}, once nothing runs any more: what still carries the id then is a leftover. */
  releaseNames(): void {
    rmSync(join('/run/nereid', this.id), { recursive: true, force: true });
  }

  /** Ties the installation to a process: when that has ended, however, everything here is a leftover. For the clouds of tests. */
  endWith(pid: number, startTicks: number): void {
    writeFileSync(this.path('ends-with'), JSON.stringify({ pid, startTicks }));
  }

  /** Takes the one turn of commands that start or stop things. @throws Error another such command is at work in this checkout */
  takeTurn(verb: string): () => void {
    const file = this.path('turn.json');
    const mine = recordOf(`./dev ${verb}`, process.pid);
    try {
      writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
    } catch {
      const other = JSON.parse(readFileSync(file, 'utf8') || '{"name":"?","pid":0,"startTicks":0,"bootId":""}') as typeof mine;
      if (isAlive(other)) throw new Error(`${other.name} is at work in this checkout (pid ${other.pid})`);
      replaceFile(file, JSON.stringify(mine)); // it was interrupted
    }
    return () => rmSync(file, { force: true });
  }
}

function readIdentity(checkout: string): Identity | undefined {
  try {
    const identity = JSON.parse(readFileSync(join(checkout, '.nereid', 'installation.json'), 'utf8')) as Identity;
    // A checkout that was copied with its .nereid must not take the original for its own; one that was moved goes on under its new path.
    const isCopy = identity.checkout !== checkout && readIdentity(identity.checkout)?.id === identity.id;
    return isCopy
      ? undefined
      : { ...identity, checkout, state: identity.state.startsWith(sharedStates) ? identity.state : join(checkout, '.nereid') };
  } catch {
    return undefined;
  }
}

function makeIdentity(checkout: string): Identity {
  const local = join(checkout, '.nereid');
  rmSync(local, { recursive: true, force: true }); // a copy's
  mkdirSync(local, { recursive: true, mode: 0o755 });
  const id = randomBytes(4).toString('hex');
  const identity = { id, checkout, state: isReachable(local) ? local : join(sharedStates, id) };
  replaceFile(join(local, 'installation.json'), JSON.stringify(identity, undefined, 2));
  return identity;
}

function isReachable(directory: string): boolean {
  return process.getuid?.() !== 0 || Unprivileged.mayTraverse(directory);
}

function replaceFile(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}
