import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { LogSnapshot } from './build-log.ts';
import { useHeldPlace } from './use-held-place.ts';

/** Where in the log somebody is: at its end, which is followed, or at a row. */
export function useLogPosition(log: LogSnapshot, startsAtEnd: boolean) {
  const { begin, count, connection } = log;
  const { place, hold, ...held } = useHeldPlace(log, startsAtEnd);
  const { list, scroller, isFollowing } = held;
  // Counted from the beginning of the log: rows that are let go change nothing of it.
  const [target, setTarget] = useState<number | null>(null);

  /** The first row in sight. */
  const firstRow = () => list.current?.findItemIndex(scroller.current?.scrollTop ?? 0) ?? 0;
  const shownBegin = useRef(begin);
  const gone = begin - shownBegin.current;
  const isShifted = gone > 0 && firstRow() >= gone;
  useLayoutEffect(() => {
    shownBegin.current = begin;
    // Whose row has gone is at the first one that is there.
    if (gone > 0 && !isShifted && place.current === null) scroller.current?.scrollTo({ top: 0 });
  });

  /** Holds a row where it is now. */
  const holdRow = useCallback(
    (row: number) => {
      const below = (list.current?.getItemOffset(row) ?? 0) - (scroller.current?.scrollTop ?? 0);
      hold({ row: begin + row, below });
    },
    [begin, hold, list, scroller],
  );
  const goTo = useCallback(
    (wanted: number) => {
      const row = Math.min(wanted, count - 1);
      setTarget(begin + row);
      if (list.current === null || scroller.current === null) return;
      const middle = (scroller.current.clientHeight - list.current.getItemSize(row)) / 2;
      scroller.current.scrollTop = list.current.getItemOffset(row) - middle;
      // At the beginning and the end of the log it is not in the middle, and stays there nevertheless.
      holdRow(row);
    },
    [begin, count, holdRow, list, scroller],
  );
  /** Changes the heights of rows: what is in sight stays there. */
  const keepPlace = (change: () => void) => {
    if (place.current === null) holdRow(firstRow());
    flushSync(change);
  };
  return {
    ...held,
    /** Index of the row that somebody has jumped to. */
    target: target === null || target < begin ? null : target - begin,
    /** Rows have gone of which none is in sight. */
    isShifted,
    onFollow: () => hold(isFollowing && connection !== 'over' ? null : 'end'),
    goTo,
    firstRow,
    keepPlace,
  } as const;
}
