import { CrashFile } from '@nereid/ports';

/** Where a process can be made to die on purpose. Called at every point of {@link Workflow.crashPoints}. */
export interface CrashPoint {
  reach(point: string): void | Promise<void>;
}

/** Production: nothing happens. */
export const noCrash: CrashPoint = { reach: () => undefined };

/** Kills this process at the point that the file of `NEREID_CRASH_FILE` names; nothing when the variable is unset. See {@link CrashFile}. */
export function crashPointFromEnvironment(env: Readonly<Record<string, string | undefined>>): CrashPoint {
  const file = new CrashFile(env);
  return file.isWatched ? file : noCrash;
}
