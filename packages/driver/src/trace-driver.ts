import type { InstrumentationSample, InstrumentationSpec } from '@nereid/contracts';
import type { Capabilities } from './capability';

/** Metrics by `<module>.<stat>`, such as `syscall.syscalls`. */
export type TraceCapability = string;

/** Measures what somebody asked for, event by event, until nobody asks any more. */
export interface TraceDriver {
  /** Every metric of the catalogue, with a reason for each that cannot be measured here. */
  probe(): Promise<Capabilities<TraceCapability>>;
  /**
   * Everything that is to be measured from now on, in place of what was. Predicates speak of no `hostname` any more. Begins soon; what cannot
   * be measured is `refused` in what {@link drain} answers, and hinders nothing else.
   */
  want(specs: readonly InstrumentationSpec[]): void;
  /** What happened since the last call and how each fares, one sample for each that is wanted. Cheap: nothing is asked of the kernel. */
  drain(): readonly InstrumentationSample[];
  /** Ends whatever measures. */
  close(): void;
}
