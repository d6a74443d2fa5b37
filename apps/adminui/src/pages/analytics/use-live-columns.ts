import { useEffect, useState } from 'react';
import { operatorRoutes as routes, type adminapi } from '@nereid/contracts/light';
import { call } from '../../api/call';
import { withNewer, type Column } from './heatmap';

/** Seconds on the screen. */
const shown = 120;

export interface LiveColumns {
  /** The instrumentation, once it is made. */
  readonly made: adminapi.InstrumentationObject | undefined;
  readonly columns: readonly Column[];
  readonly names: Readonly<Record<string, string>>;
  readonly error: Error | undefined;
}

const nothing: LiveColumns = { made: undefined, columns: [], names: {}, error: undefined };

/**
 * Measures what is wanted for as long as somebody looks, and answers its seconds as they are closed: each request waits for the next one. What
 * was made is deleted when the page is left; were it lost, it would end by itself.
 * @param want as a text, so that the same want is the same
 */
export function useLiveColumns(want: string): LiveColumns {
  const [live, setLive] = useState<LiveColumns>(nothing);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    setLive(nothing);
    const follow = async (): Promise<void> => {
      const made = await call(routes.createInstrumentation, { body: JSON.parse(want) as never });
      try {
        let after: number | undefined;
        let coverageIn = 0;
        let current = made;
        while (!signal.aborted) {
          const query = after === undefined ? { seconds: shown } : { after, wait_ms: 5_000, seconds: shown };
          const { head, columns, names } = await call(routes.getValues, { params: { id: made.id }, query, signal });
          if (coverageIn-- <= 0) {
            current = await call(routes.getInstrumentation, { params: { id: made.id }, signal });
            coverageIn = 5;
          }
          after = head;
          setLive((before) => ({
            made: current,
            columns: withNewer(before.columns, columns, shown),
            names: { ...before.names, ...names },
            error: undefined,
          }));
        }
      } finally {
        await call(routes.deleteInstrumentation, { params: { id: made.id } }).catch(() => undefined);
      }
    };
    follow().catch((error: unknown) => {
      if (!signal.aborted) setLive((before) => ({ ...before, error: error as Error }));
    });
    return () => leaving.abort();
  }, [want]);
  return live;
}
