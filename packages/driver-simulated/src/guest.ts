import { duplexPair, type Duplex } from 'node:stream';
import type { InstanceSpec, TerminalSize, VmId } from '@nereid/contracts';
import {
  available,
  DriverError,
  unavailable,
  type GuestDriver,
  type GuestProgram,
  type GuestTerminal,
  type TaskContext,
} from '@nereid/driver';
import { knowsProgram, SimulatedShell } from './simulated-shell';
import type { World } from './world';

const usualSize = { columns: 80, rows: 24 };
const scrollback = 16 * 1024;

export class SimulatedGuests implements GuestDriver {
  /** What runs at terminals, by instance. */
  private readonly shells = new Map<VmId, Set<SimulatedShell>>();
  private readonly consoles = new Map<VmId, { shell: SimulatedShell; written: string }>();

  constructor(private readonly world: World) {
    world.onEnd((id) => {
      for (const shell of this.shells.get(id) ?? []) shell.close();
      this.consoles.delete(id);
    });
  }

  async probe() {
    return { metadata: available, console: available, exec: available, vnc: unavailable('a simulated instance has no screen') };
  }

  serveMetadata(ctx: TaskContext, spec: InstanceSpec, onConnection: (guest: Duplex) => void): Promise<void> {
    return this.world.act('guest.serveMetadata', spec.id, ctx, () => {
      this.world.metadata.set(spec.id, { accept: onConnection, open: this.world.metadata.get(spec.id)?.open ?? new Set() });
    });
  }

  async closeMetadata(id: VmId): Promise<void> {
    for (const socket of this.world.metadata.get(id)?.open ?? []) socket.destroy();
    this.world.metadata.delete(id);
  }

  async attachConsole(id: VmId): Promise<GuestTerminal> {
    this.mustRun(id);
    const before = this.consoles.get(id);
    before?.shell.close();
    const shell = this.shell(id, usualSize);
    const console = { shell, written: before?.written ?? '' };
    this.consoles.set(id, console);
    if (console.written === '') shell.prompt();
    else shell.output.write(console.written);
    shell.tap = (text) => (console.written = `${console.written}${text}`.slice(-scrollback));
    // Of a console only the instance knows an end; leaving its shell begins another.
    return { ...terminalOf(shell), ended: shell.ended.then(() => ({})) };
  }

  async exec(id: VmId, { command, terminal }: GuestProgram): Promise<GuestTerminal> {
    this.mustRun(id);
    if (command[0] !== undefined && !knowsProgram(command[0])) throw new DriverError('Invalid', `the program cannot be run: ${command[0]}`);
    const shell = this.shell(id, terminal);
    if (command.length > 0 && command[0] !== 'sh') shell.run(command);
    else if (terminal) shell.prompt();
    return shell;
  }

  private shell(id: VmId, terminal: TerminalSize | undefined): SimulatedShell {
    const shells = this.shells.get(id) ?? new Set();
    this.shells.set(id, shells);
    const shell = new SimulatedShell(this.world.defined(id).spec!.hostname, terminal, (it) => {
      shells.delete(it);
      if (shells.size === 0) this.shells.delete(id);
    });
    shells.add(shell);
    return shell;
  }

  private mustRun(id: VmId): void {
    if (this.world.defined(id).phase !== 'running') throw new DriverError('Conflict', 'the instance does not run');
  }

  /** What the guest would do: opens its metadata socket. @throws DriverError NotFound nobody serves it */
  connect(id: VmId): Duplex {
    const served = this.world.metadata.get(id);
    if (!served) throw new DriverError('NotFound', `instance ${id} has no metadata socket`);
    const [guest, host] = duplexPair();
    served.open.add(host);
    host.on('close', () => served.open.delete(host));
    served.accept(host);
    return guest;
  }
}

function terminalOf(shell: SimulatedShell): GuestTerminal {
  return {
    output: shell.output,
    errors: undefined,
    input: shell.input,
    resize: (size) => shell.resize(size),
    signal: () => undefined,
    ended: shell.ended,
    close: () => shell.close(),
  };
}
