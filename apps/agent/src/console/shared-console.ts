import type { VmId } from '@nereid/contracts';
import { ServiceError, type TerminalSize } from '@nereid/contracts';
import type { GuestTerminal } from '@nereid/driver';
import { Backlog } from './backlog';
import type { Sink, Source } from './source';

const keptBytes = 64 * 1024;

/** One instance's console and all who look at it: one may type, any number watch, and the console waits for none of them. */
export class SharedConsole {
  private readonly members = new Set<ConsoleShare>();
  /** What was written last, for those who come later. */
  private readonly recent = new Backlog(keptBytes);
  private isOver = false;

  /** @param onEnd the console is gone, or nobody looks at it any more */
  constructor(
    readonly vm: VmId,
    private readonly terminal: GuestTerminal,
    private readonly onEnd: () => void,
  ) {
    terminal.output.on('data', (chunk: Buffer) => {
      this.recent.add(chunk);
      for (const member of this.members) member.add(chunk);
    });
    terminal.input.on('error', () => undefined);
    void terminal.ended.then(() => this.end());
  }

  /**
   * @param onReadable there may be something to pump @param onEnd the console is gone
   * @throws InUse somebody types there already
   */
  join(mode: 'type' | 'watch', onReadable: () => void, onEnd: () => void): Source {
    if (this.isOver) throw new ServiceError('Conflict', 'the instance does not run');
    const isTaken = [...this.members].some((member) => member.mode === 'type');
    if (mode === 'type' && isTaken) throw new ServiceError('InUse', 'Somebody types at this console; it can be watched meanwhile.');
    const member = new ConsoleShare(mode, this.terminal, onReadable, onEnd, (it) => this.leave(it));
    member.add(this.recent.all());
    this.members.add(member);
    return member;
  }

  private leave(member: ConsoleShare): void {
    if (this.members.delete(member) && this.members.size === 0) this.end();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.terminal.close();
    this.onEnd();
    for (const member of this.members) member.onEnd();
    this.members.clear();
  }
}

class ConsoleShare implements Source {
  private readonly backlog = new Backlog(keptBytes);

  constructor(
    readonly mode: 'type' | 'watch',
    private readonly terminal: GuestTerminal,
    private readonly onReadable: () => void,
    readonly onEnd: () => void,
    private readonly leave: (member: ConsoleShare) => void,
  ) {}

  add(chunk: Buffer): void {
    this.backlog.add(chunk);
    this.onReadable();
  }

  pump(sink: Sink): void {
    const skipped = this.backlog.takeSkipped();
    if (skipped > 0) sink.skipped(skipped);
    while (sink.credit > 0) {
      const chunk = this.backlog.take(sink.credit);
      if (chunk === undefined) return;
      sink.send('data', chunk);
    }
  }

  type(bytes: Buffer, done: () => void): void {
    if (this.mode === 'type' && this.terminal.input.writable) this.terminal.input.write(bytes, () => done());
    else done();
  }

  /** A console has none. */
  endOfInput(): void {}

  resize(size: TerminalSize): void {
    if (this.mode === 'type') this.terminal.resize(size);
  }

  signal(): void {}

  close(): void {
    this.leave(this);
  }
}
