import type { ServerId, ServerState } from '@nereid/contracts';
import type { Clock } from '@nereid/ports';
import type { Transition } from '../servers/servers.repository';

export interface LivenessSettings {
  /** Silent for so long: nothing is placed there. A beat comes every 2 s, so two may get lost. */
  readonly suspectAfterMs: number;
  /** Silent for so long: an operator is told. */
  readonly downAfterMs: number;
}

/**
 * When each server was last heard, in this process's memory alone; all processes hear all beats. Nothing is known at the start, so the
 * start counts as a beat of everyone: a restart of cnapi makes no server suspect.
 */
export class Liveness {
  private readonly heard = new Map<ServerId, { monotonicMs: number; wallMs: number }>();
  private readonly startedMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly settings: LivenessSettings,
  ) {
    this.startedMs = clock.monotonicMs();
  }

  /** A server was heard. Called 5,000 times a second with 10,000 servers: keep it small. */
  beat(server: ServerId): void {
    const known = this.heard.get(server);
    if (known) {
      known.monotonicMs = this.clock.monotonicMs();
      known.wallMs = this.clock.nowMs();
    } else this.heard.set(server, { monotonicMs: this.clock.monotonicMs(), wallMs: this.clock.nowMs() });
  }

  lastSeenAt(server: ServerId): Date | undefined {
    const heard = this.heard.get(server);
    return heard && new Date(heard.wallMs);
  }

  /** Which states should change, by what was heard. A `new` server becomes `up` by its facts, not by beats. */
  judge(servers: Iterable<{ readonly id: ServerId; readonly state: ServerState }>): Transition[] {
    const changes: Transition[] = [];
    const now = this.clock.monotonicMs();
    for (const { id, state } of servers) {
      const to = this.stateOf(state, this.heard.get(id)?.monotonicMs, now);
      if (to !== state) changes.push({ id, from: state, to, lastSeenAt: this.lastSeenAt(id) });
    }
    return changes;
  }

  forget(server: ServerId): void {
    this.heard.delete(server);
  }

  private stateOf(state: ServerState, heardMs: number | undefined, now: number): ServerState {
    if (state === 'new') return state;
    const silentMs = now - (heardMs ?? this.startedMs);
    if (silentMs >= this.settings.downAfterMs) return 'down';
    if (silentMs >= this.settings.suspectAfterMs) return state === 'down' ? 'down' : 'suspect';
    return heardMs === undefined ? state : 'up';
  }
}
