import type { DriverErrorCode } from '@nereid/driver';
import type { Operation } from './operations';

/** One thing that is to go wrong. */
export interface Fault {
  readonly operation: Operation | '*';
  /** Only for this instance or image. */
  readonly id?: string;
  /**
   * `fail`: nothing happens and the error is thrown. `hang`: nothing happens until the caller gives up. `act-and-lose-reply`: it happens, and
   * the caller hears of a time-out. `slow`: it happens after `delayMs`.
   */
  readonly mode: 'fail' | 'hang' | 'act-and-lose-reply' | 'slow';
  readonly code?: DriverErrorCode;
  readonly message?: string;
  readonly delayMs?: number;
  /** How often; without end unless told. */
  readonly times?: number;
}

/** The switches of one simulated server. */
export class Faults {
  private readonly rules: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.rules.push({ fault, left: fault.times ?? Infinity });
  }

  clear(): void {
    this.rules.length = 0;
  }

  /** The oldest fault that applies; uses it up. */
  take(operation: Operation, id: string): Fault | undefined {
    const index = this.rules.findIndex(
      ({ fault }) => (fault.operation === '*' || fault.operation === operation) && (fault.id === undefined || fault.id === id),
    );
    const rule = this.rules[index];
    if (!rule) return undefined;
    if (--rule.left <= 0) this.rules.splice(index, 1);
    return rule.fault;
  }
}
