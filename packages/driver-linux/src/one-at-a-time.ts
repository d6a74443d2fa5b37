/** Runs acts one after the other, in the order they were asked for. One that fails does not stop the next. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(act: () => Promise<T>): Promise<T> {
    const run = this.last.then(act, act);
    this.last = run.catch(() => undefined);
    return run;
  }
}
