import { useEffect, useState } from 'react';
import { ServiceError, operatorRoutes as routes, type adminapi } from '@nereid/contracts/light';
import { call } from '../api/call';
import { endOf, joined, minutesOf, newest, samplesOf, type Samples } from './samples';
import type { Range } from './ranges';

/** Whose figures. */
export interface Measured {
  readonly kind: 'server' | 'vm';
  readonly uuid: string;
}

export interface LiveSamples {
  readonly samples: Samples | undefined;
  /** Why they do not go on; what was heard before stays. */
  readonly error: Error | undefined;
  /** When that began; 0 while they go on. */
  readonly brokenAtMs: number;
}

/** Seconds that the cloud keeps one by one. */
const keptSeconds = 600;
const tryAgainAfterMs = 3_000;
const nothing: LiveSamples = { samples: undefined, error: undefined, brokenAtMs: 0 };

/** Whether it is asked again by itself. */
export function mayGoOn(error: Error): boolean {
  return error instanceof ServiceError && error.mayRetry;
}

/**
 * The figures of a range up to now, as its seconds are closed: each request waits for the next one. Of long ranges the past is asked for once,
 * by minutes, and goes on from the seconds. Stands still while nobody sees the page.
 */
export function useLiveSamples({ kind, uuid }: Measured, range: Range): LiveSamples {
  const [live, setLive] = useState(nothing);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const ask = (query: Query): Promise<Samples> => askFor(kind, uuid, query, signal);
    const follow = async (): Promise<void> => {
      const past = range.stepSeconds === 60 ? await ask({ step_seconds: '60', steps: range.seconds / 60 }) : undefined;
      let [seconds, minutes] = [await ask({ steps: keptSeconds }), past];
      while (!signal.aborted) {
        if (minutes) minutes = joined(minutes, minutesOf(seconds), range.seconds / 60);
        setLive({ samples: newest(minutes ?? seconds, range.seconds), error: undefined, brokenAtMs: 0 });
        await untilSeen(signal);
        seconds = joined(seconds, await ask({ after: endOf(seconds) - 1, wait_ms: 5_000, steps: keptSeconds }), keptSeconds);
      }
    };
    const goOn = async (): Promise<void> => {
      while (!signal.aborted) {
        try {
          await follow();
        } catch (thrown) {
          if (signal.aborted) return;
          const error = thrown as Error;
          setLive(({ samples, brokenAtMs }) => ({ samples, error, brokenAtMs: brokenAtMs || Date.now() }));
          if (!mayGoOn(error)) return;
          await untilWorthwhile(signal);
        }
      }
    };
    setLive(nothing);
    void goOn();
    return () => leaving.abort();
  }, [kind, uuid, range]);
  return live;
}

interface Query {
  readonly step_seconds?: '60';
  readonly steps: number;
  readonly after?: number;
  readonly wait_ms?: number;
}

async function askFor(kind: Measured['kind'], uuid: string, query: Query, signal: AbortSignal): Promise<Samples> {
  const request = { params: { uuid }, query, signal };
  return samplesOf(
    kind === 'vm'
      ? await call<typeof adminapi.getVmSeries>(routes.getVmSeries, request)
      : await call<typeof adminapi.getServerSeries>(routes.getServerSeries, request),
  );
}

/** Resolves after a while, or as soon as the browser has a network again. */
function untilWorthwhile(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(waiting);
      window.removeEventListener('online', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    const waiting = setTimeout(go, tryAgainAfterMs);
    window.addEventListener('online', go);
    signal.addEventListener('abort', go);
  });
}

/** Resolves once somebody can see the page. */
function untilSeen(signal: AbortSignal): Promise<void> {
  if (!document.hidden || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}
