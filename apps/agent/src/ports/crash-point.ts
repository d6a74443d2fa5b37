import type { NodeTaskKind } from '@nereid/contracts';
import { CrashFile } from '@nereid/ports';

/** Where, around one step of a task, the agent can be made to die. */
export const crashMoments = ['before-act', 'after-act', 'after-record'] as const;
export type CrashMoment = (typeof crashMoments)[number];

/** `<kind>/<step>/<moment>`. */
export type CrashPlace = `${NodeTaskKind}/${string}/${CrashMoment}`;

/** A place in the program where a test may end it. In production nothing is armed and nothing happens. */
export interface CrashPoint {
  /** Whether any place may be armed; lets the caller first write out what would otherwise wait. */
  readonly isArmed: boolean;
  /** Resolves at once, or never. */
  reach(place: CrashPlace): Promise<void>;
}

export const noCrash: CrashPoint = { isArmed: false, reach: () => Promise.resolve() };

/** Kills this process, as `kill -9` would, at the place that the file of NEREID_CRASH_FILE names. */
export class KillingCrashPoint implements CrashPoint {
  private readonly file: CrashFile;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.file = new CrashFile(env);
  }

  get isArmed(): boolean {
    return this.file.isWatched;
  }

  async reach(place: CrashPlace): Promise<void> {
    await this.file.reach(place);
  }
}
