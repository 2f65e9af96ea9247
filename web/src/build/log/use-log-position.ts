import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { VirtualizerHandle } from 'virtua';
import type { LogSnapshot } from './build-log.ts';

/** So near it is the end: heights are not whole pixels everywhere. */
const endPixels = 4;
/** The list may come back to the end by itself as long as it measures rows that have just come. */
const settleMs = 400;

/** Where in the log somebody is: at its end, which is followed, or at a row. */
export function useLogPosition({ count, connection }: LogSnapshot, startsAtEnd: boolean) {
  const list = useRef<VirtualizerHandle>(null);
  const [isFollowing, setFollowing] = useState(startsAtEnd);
  const leftAt = useRef(Number.NEGATIVE_INFINITY);
  const [target, setTarget] = useState<number | null>(null);

  useLayoutEffect(() => {
    if (isFollowing && count > 0) list.current?.scrollToIndex(count - 1, { align: 'end' });
  }, [isFollowing, count]);

  const goTo = useCallback((row: number) => {
    setFollowing(false);
    setTarget(row);
    list.current?.scrollToIndex(row, { align: 'center' });
  }, []);
  const leaveEnd = useCallback(() => {
    leftAt.current = performance.now();
    setFollowing(false);
  }, []);
  const toEnd = () => {
    setFollowing(true);
    list.current?.scrollToIndex(count - 1, { align: 'end' });
  };
  const toggleFollowing = () => (isFollowing ? leaveEnd() : toEnd());
  const onScroll = (offset: number) => {
    const { viewportSize = 0, scrollSize = 0 } = list.current ?? {};
    if (connection === 'over' || performance.now() - leftAt.current < settleMs) return;
    if (offset + viewportSize >= scrollSize - endPixels) setFollowing(true);
  };
  /** The first row in sight. */
  const firstRow = () => list.current?.findItemIndex(list.current.scrollOffset) ?? 0;
  /** Changes the heights of rows: what is in sight stays there. */
  const keepPlace = (change: () => void) => {
    const [row, align] = isFollowing ? ([count - 1, 'end'] as const) : ([firstRow(), 'start'] as const);
    flushSync(change);
    list.current?.scrollToIndex(row, { align });
  };
  return {
    list,
    target,
    isFollowing,
    goTo,
    leaveEnd,
    onFollow: connection === 'over' ? toEnd : toggleFollowing,
    onScroll,
    firstRow,
    keepPlace,
  } as const;
}
