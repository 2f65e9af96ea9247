import type { KeyboardEvent, PointerEvent, Ref, RefObject, WheelEvent } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { LogSnapshot } from './build-log.ts';
import { LogRow } from './log-row.tsx';
import classes from './log-view.module.css';
import type { LogRow as Row } from './rows.ts';

type Props = {
  readonly ref: Ref<VirtualizerHandle>;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly log: LogSnapshot;
  readonly query: string;
  readonly isWrapped: boolean;
  /** Index of the row that somebody has jumped to. */
  readonly target: number | null;
  /** Rows above those in sight have gone, and nothing else has changed. */
  readonly isShifted: boolean;
  /** Somebody is about to scroll; up, or wherever. */
  readonly onHand: (isUp: boolean) => void;
  readonly onScroll: (offset: number) => void;
  /** There is more or less to scroll, or to see of it. */
  readonly onResize: () => void;
};

/** What `.row` has without wrapping. */
const rowHeight = 20;
const upKeys = new Set(['ArrowUp', 'PageUp', 'Home']);
const isUp = ({ key, shiftKey }: KeyboardEvent) => upKeys.has(key) || (key === ' ' && shiftKey);
const isOnBar = ({ target, currentTarget, nativeEvent }: PointerEvent) =>
  target === currentTarget && nativeEvent.offsetX >= currentTarget.clientWidth;
const nowhere: Row = { text: '', kind: 'line', stage: '', at: new Date(0).toISOString() };

/** The rows that are in sight, of as many as there are. */
export function LogList({ ref, scroller, log, query, isWrapped, target, isShifted, onHand, ...on }: Props) {
  const { rows, begin, count, width } = log;
  const digits = String(begin + count).length;
  const style = { '--log-digits': digits, minWidth: isWrapped ? '0' : `calc(${width + digits}ch + 34px)` };
  return (
    <section
      ref={scroller}
      className={classes['scroller']}
      data-wrap={isWrapped || undefined}
      aria-label="Log of the build"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onWheel={(event: WheelEvent) => onHand(event.deltaY < 0)}
      onKeyDown={(event: KeyboardEvent) => onHand(isUp(event))}
      onTouchMove={() => onHand(false)}
      onPointerDown={(event: PointerEvent) => onHand(isOnBar(event))}
    >
      <div style={style}>
        {/* With other heights what was measured is of no use. */}
        <Virtualizer
          key={String(isWrapped)}
          ref={ref}
          scrollRef={scroller}
          data={{ length: count }}
          itemSize={rowHeight}
          bufferSize={400}
          shift={isShifted}
          {...on}
        >
          {(_: unknown, index: number) => (
            <LogRow
              key={begin + index}
              row={rows[index] ?? nowhere}
              number={begin + index + 1}
              query={query}
              isTarget={index === target}
            />
          )}
        </Virtualizer>
      </div>
    </section>
  );
}
