import type { ToldChange } from './change';

/** The last changes of one feed, so that a client which was away shortly is told them without anybody being asked. */
export class RecentChanges {
  private kept: ToldChange[] = [];
  /** Everything after this seq, up to `position`, is kept. */
  private from: number | undefined;
  private upTo: number | undefined;

  constructor(private readonly longest: number) {}

  /** The newest seq seen; undefined before the feed was heard of. */
  get position(): number | undefined {
    return this.upTo;
  }

  /** Forgets all: the feed goes on behind `head`. */
  restart(head: number): void {
    this.kept = [];
    this.from = this.upTo = head;
  }

  /** `change` is undefined for an entry that nobody is told of. */
  add(seq: number, change: ToldChange | undefined): void {
    this.upTo = seq;
    if (!change) return;
    this.kept.push(change);
    // Cut a good part at a time: cutting one for each would copy the whole for each.
    if (this.kept.length < this.longest * 1.25) return;
    const cut = this.kept.splice(0, this.kept.length - this.longest);
    this.from = cut.at(-1)!.change.seq;
  }

  /** The changes after `after`; undefined when they are not all here. */
  since(after: number): ToldChange[] | undefined {
    if (this.from === undefined || after < this.from || after > this.upTo!) return undefined;
    return this.kept.filter(({ change }) => change.seq! > after);
  }
}
