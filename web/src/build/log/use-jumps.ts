import { useEffect, useMemo, useRef } from 'react';
import type { LogSnapshot } from './build-log.ts';
import { findError } from './find-error.ts';
import { type JumpTarget, toIndex } from './jump.ts';

/** Where the reason of a failure is, once the log is complete; -1 where there is none. */
export function useErrorRow({ rows, connection, timeline }: LogSnapshot): number {
  const failed = timeline.stages.findLast(({ state }) => state === 'failed')?.id;
  const isOver = connection === 'over';
  return useMemo(() => {
    const hasFailed = isOver && rows.at(-1)?.kind === 'failure';
    return hasFailed ? findError(rows, failed) : -1;
  }, [rows, isOver, failed]);
}

type Jumps = {
  readonly log: LogSnapshot;
  readonly target: JumpTarget | null;
  readonly errorRow: number;
  readonly isActive: boolean;
  readonly goTo: (row: number) => void;
  /** Brings the log itself into sight. */
  readonly show: () => void;
};

/**
 * Goes where other parts of the page want, each time once. Who opens a build that has failed is led to the reason;
 * who has seen it fail is at the end of the log.
 */
export function useJumps({ log: { begin }, target, errorRow, isActive, goTo, show }: Jumps): void {
  const done = useRef<JumpTarget | null>(null);
  const opened = useRef<JumpTarget | null>(isActive ? null : { to: 'error' });
  useEffect(() => {
    const wanted = target ?? opened.current;
    if (wanted === null || wanted === done.current) return;
    const row = toIndex(wanted, { begin, errorRow });
    // The reason is known with the end of the log.
    if (row < 0) return;
    done.current = wanted;
    goTo(row);
    if (wanted === target) show();
  }, [target, errorRow, begin, goTo, show]);
}
