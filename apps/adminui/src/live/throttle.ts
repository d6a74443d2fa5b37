/** Does a thing at most once in `pauseMs`: at once the first time, and once more at the end if it was asked for in between. */
export class Throttle {
  private readonly running = new Map<string, { again?: () => void }>();

  constructor(private readonly pauseMs: number) {}

  run(name: string, act: () => void): void {
    const running = this.running.get(name);
    if (running) {
      running.again = act;
      return;
    }
    act();
    const entry: { again?: () => void } = {};
    this.running.set(name, entry);
    setTimeout(() => {
      this.running.delete(name);
      if (entry.again) this.run(name, entry.again);
    }, this.pauseMs);
  }
}
