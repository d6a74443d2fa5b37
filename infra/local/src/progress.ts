/** Lines for the person who waits: each step's name when it begins, and how long it took when it ends. */
export class Progress {
  private readonly startedAt = performance.now();

  constructor(private readonly write: (text: string) => void = (text) => void process.stdout.write(text)) {}

  /**
   * Runs a step. What it answers, when it is a text, stands on its line. Output stays readable when it goes to a file: nothing is written
   * over.
   */
  async step<T>(name: string, act: () => Promise<T>, describe: (result: T) => string = () => ''): Promise<T> {
    const startedAt = performance.now();
    try {
      const result = await act();
      this.line(name, startedAt, describe(result));
      return result;
    } catch (error) {
      this.line(name, startedAt, 'failed');
      throw error;
    }
  }

  note(text: string): void {
    this.write(`${text}\n`);
  }

  /** Seconds since the first step. */
  get seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  private line(name: string, startedAt: number, remark: string): void {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    this.write(`  ${name.padEnd(26)} ${seconds.padStart(5)} s   ${remark}`.trimEnd() + '\n');
  }
}
