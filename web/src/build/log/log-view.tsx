import { Paper } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react';
import type { LogSnapshot } from './build-log.ts';
import type { JumpTarget } from './jump.ts';
import { LogList } from './log-list.tsx';
import { LogPlaceholder } from './log-placeholder.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import classes from './log-view.module.css';
import { firstFrom, lastBefore } from './search.ts';
import { SearchBox } from './search-box.tsx';
import { useErrorRow, useJumps } from './use-jumps.ts';
import { useLogPosition } from './use-log-position.ts';
import { useLogSearch } from './use-log-search.ts';

type Props = {
  readonly id: string;
  readonly log: LogSnapshot;
  readonly isActive: boolean;
  /** Where another part of the page wants to go; a new object each time. */
  readonly target: JumpTarget | null;
};

const isNarrow = () => matchMedia('(max-width: 47.99em)').matches;

/** The log of a build: live, with its colours, to search and to walk through. */
export function LogView({ id, log, isActive, target }: Props) {
  const [isWrapped, setWrapped] = useLocalStorage({ key: 'cic-log-wrap', defaultValue: isNarrow() });
  const position = useLogPosition(log, isActive);
  const search = useLogSearch(log);
  const box = useRef<HTMLInputElement>(null);
  const errorRow = useErrorRow(log);
  const { scroller, goTo, firstRow } = position;
  const show = useCallback(() => {
    scroller.current?.focus({ preventScroll: true });
    scroller.current?.scrollIntoView({ block: 'nearest' });
  }, [scroller]);
  useJumps({ log, target, errorRow, isActive, goTo, show });

  const { query, found } = search;
  const first = useRef(firstRow);
  first.current = firstRow;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes later moves nobody, only what is typed does
  useEffect(() => {
    const row = found[firstFrom(found, first.current())];
    if (query !== '' && row !== undefined) goTo(row);
  }, [query]);
  const place = position.target === null ? 0 : found.indexOf(position.target) + 1;
  const step = (by: 1 | -1) => {
    const nearest = by === 1 ? firstFrom : lastBefore;
    const from = place === 0 ? nearest(found, firstRow()) : place - 1 + by;
    const row = found.at(from % found.length);
    if (row !== undefined) goTo(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
    // The browser finds only what is in sight.
    event.preventDefault();
    box.current?.select();
  };
  const toggleWrap = () => position.keepPlace(() => setWrapped(!isWrapped));
  return (
    <Paper component="section" withBorder className={classes['view']} aria-label="Log" onKeyDown={onKeyDown}>
      <LogToolbar
        id={id}
        log={log}
        isFollowing={position.isFollowing}
        onFollow={position.onFollow}
        isWrapped={isWrapped}
        onWrap={toggleWrap}
        onError={errorRow === -1 ? undefined : () => goTo(errorRow)}
      >
        <SearchBox
          ref={box}
          value={search.typed}
          onChange={search.type}
          count={found.length}
          place={place}
          onStep={step}
        />
      </LogToolbar>
      <LogPlaceholder log={log} isActive={isActive} />
      {log.count > 0 && (
        <LogList
          ref={position.list}
          scroller={scroller}
          log={log}
          query={query}
          isWrapped={isWrapped}
          target={position.target}
          isShifted={position.isShifted}
          onHand={position.onHand}
          onScroll={position.onScroll}
          onResize={position.onResize}
        />
      )}
    </Paper>
  );
}
