import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { LogSnapshot } from './build-log.ts';
import { type HeldPlace, heldAfter } from './held-place.ts';

/**
 * Keeps a log in its place while rows come, go and are measured, until somebody scrolls. The list can do so too, but goes
 * on for a while against who scrolls meanwhile.
 */
export function useHeldPlace({ begin, connection }: LogSnapshot, startsAtEnd: boolean) {
  const list = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLElement>(null);
  const place = useRef<HeldPlace>(startsAtEnd ? 'end' : null);
  const [isFollowing, setFollowing] = useState(startsAtEnd);
  const offset = useRef(0);

  const hold = useCallback((next: HeldPlace) => {
    place.current = next;
    setFollowing(next === 'end');
  }, []);
  const measure = ({ scrollHeight, clientHeight }: HTMLElement) => {
    const end = scrollHeight - clientHeight;
    if (place.current === null || place.current === 'end') return { end, held: end };
    const { row, below } = place.current;
    // Of a row that was let go the place is the first one that is there.
    const top = list.current?.getItemOffset(Math.max(0, row - begin)) ?? 0;
    return { end, held: Math.min(end, Math.max(0, top - below)) };
  };
  const restore = () => {
    if (place.current !== null && scroller.current !== null)
      scroller.current.scrollTop = measure(scroller.current).held;
  };
  useLayoutEffect(restore);

  const onScroll = (to: number) => {
    const from = offset.current;
    offset.current = to;
    if (scroller.current === null) return;
    const next = heldAfter(place.current, { from, to, ...measure(scroller.current) });
    const isOver = connection === 'over' && next === 'end';
    if (next !== place.current && !isOver) hold(next);
  };
  /** Somebody is about to scroll; up, or wherever. */
  const onHand = (isUp: boolean) => {
    // What is all in sight cannot be left.
    const canLeave = isUp && scroller.current !== null && scroller.current.scrollTop > 0;
    if (place.current !== 'end' || canLeave) hold(null);
  };
  return { list, scroller, place, isFollowing, hold, onScroll, onHand, onResize: restore } as const;
}
