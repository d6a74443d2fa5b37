import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useCallback, useDeferredValue, useMemo, useRef } from 'react';
import type { PageOf } from '../api/call';

export interface ListedRows<Row> {
  readonly rows: readonly Row[];
  /** The list that they are of: another one, once what was asked for is there. */
  readonly listId: string;
  /** They are those of the list before. */
  readonly isOld: boolean;
  /** Nothing can be shown yet. */
  readonly isPending: boolean;
  readonly more: () => void;
}

/**
 * The rows of a list that is read by pages. Drawing them is what may come a frame later than the rest of the page: a press on a heading, or a key in
 * the search box, is answered at once.
 */
export function useListedRows<Row>(list: UseInfiniteQueryResult<InfiniteData<PageOf<Row>>>, name: string): ListedRows<Row> {
  const { data, isPlaceholderData, fetchNextPage, isFetchingNextPage, isFetchNextPageError } = list;
  const shown = useRef(name);
  if (!isPlaceholderData) shown.current = name;
  const listId = shown.current;
  const current = useMemo(() => ({ rows: data?.pages.flatMap(({ items }) => items) ?? [], listId }), [data, listId]);
  const later = useDeferredValue(current);
  const { rows, listId: drawn } = later.rows.length === 0 ? current : later;
  const more = useCallback(() => {
    if (!isFetchingNextPage && !isFetchNextPageError && !isPlaceholderData) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage, isFetchNextPageError, isPlaceholderData]);
  const isOld = drawn !== name;
  return { rows, listId: drawn, isOld, isPending: list.isPending || (isPlaceholderData && rows.length === 0), more };
}
