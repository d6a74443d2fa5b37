/** Where a process can be made to die on purpose. Called at every point of {@link Workflow.crashPoints}. */
export interface CrashPoint {
  reach(point: string): void | Promise<void>;
}

/** Production: nothing happens. */
export const noCrash: CrashPoint = { reach: () => undefined };

/**
 * Kills this process with SIGKILL at the point that `NEREID_CRASH_AT` names, the first time it is reached; nothing when it is unset.
 * For the tests that kill services at every step.
 */
export function crashPointFromEnvironment(env: Readonly<Record<string, string | undefined>>): CrashPoint {
  const wanted = env['NEREID_CRASH_AT'];
  if (!wanted) return noCrash;
  return {
    reach(point) {
      if (point === wanted) process.kill(process.pid, 'SIGKILL');
    },
  };
}
