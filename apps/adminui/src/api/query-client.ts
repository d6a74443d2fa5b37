import { QueryClient } from '@tanstack/react-query';
import { ServiceError } from '@nereid/contracts/light';

/**
 * What is in the cache is kept true by the stream of changes (src/live), so nothing grows stale by age and nothing is asked for again because
 * a window got the focus.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 2 && error instanceof ServiceError && error.mayRetry,
    },
  },
});
