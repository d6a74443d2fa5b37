/** What was typed, read for the keys that are meant for us: at the beginning of a line `~.` leaves, `~?` explains, `~~` is one `~`. */
export class EscapeKeys {
  private isAtLineStart = true;
  private isPending = false;

  constructor(
    private readonly escape: number,
    private readonly on: { leave: () => void; explain: () => void },
  ) {}

  /** What of it goes to the far end. */
  pass(typed: Uint8Array): Uint8Array {
    const passed: number[] = [];
    for (const key of typed) {
      if (this.isPending) {
        this.isPending = false;
        if (key === dot) {
          this.on.leave();
          break;
        }
        if (key === question) {
          this.on.explain();
          continue;
        }
        if (key !== this.escape) passed.push(this.escape);
      } else if (key === this.escape && this.isAtLineStart) {
        this.isPending = true;
        continue;
      }
      passed.push(key);
      this.isAtLineStart = key === carriageReturn || key === newLine;
    }
    return Uint8Array.from(passed);
  }
}

const [dot, question, carriageReturn, newLine] = ['.', '?', '\r', '\n'].map((key) => key.charCodeAt(0)) as [number, number, number, number];
