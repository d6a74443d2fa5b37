import type { NodeTaskKind } from '@nereid/contracts';

/** Where, around one step of a task, the agent can be made to die. */
export const crashMoments = ['before-act', 'after-act', 'after-record'] as const;
export type CrashMoment = (typeof crashMoments)[number];

/** `<kind>/<step>/<moment>`. */
export type CrashPlace = `${NodeTaskKind}/${string}/${CrashMoment}`;

/** A place in the program where a test may end it. In production nothing is armed and nothing happens. */
export interface CrashPoint {
  /** Whether any place is armed; lets the caller first write out what would otherwise wait. */
  readonly isArmed: boolean;
  /** Resolves at once, or never. */
  reach(place: CrashPlace): Promise<void>;
}

export const noCrash: CrashPoint = { isArmed: false, reach: () => Promise.resolve() };

/** Kills this process, as `kill -9` would, when the armed place is reached for the nth time. */
export class KillingCrashPoint implements CrashPoint {
  private place: string | undefined;
  private left = 0;

  /** @param armed `<place>` or `<place>#<n>`, as in NEREID_CRASH_AT */
  constructor(armed: string | undefined) {
    this.arm(armed);
  }

  get isArmed(): boolean {
    return this.place !== undefined;
  }

  arm(armed: string | undefined): void {
    const [place, count] = (armed ?? '').split('#');
    this.place = place || undefined;
    this.left = Number(count ?? 1);
  }

  reach(place: CrashPlace): Promise<void> {
    if (place !== this.place || --this.left > 0) return Promise.resolve();
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined); // the signal takes effect only when the kernel gets to it
  }
}
