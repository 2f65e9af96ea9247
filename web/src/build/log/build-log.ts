import type { LogEntry } from '../../../../src/client/follow-build.ts';
import { addToTimeline, emptyTimeline, type Timeline } from '../timeline.ts';
import { plainText } from './ansi.ts';
import { createStyleCarrier } from './carry-style.ts';
import { type LogRow, toRows } from './rows.ts';

/** `waiting`: for the first answer of the service; `lost`: it is tried again. */
export type Connection = 'waiting' | 'live' | 'lost' | 'over';

export type LogSnapshot = {
  /** Grows in place, as long as `begin` stays the same. */
  readonly rows: readonly LogRow[];
  /** How many there were at this moment. */
  readonly count: number;
  /**
   * So many rows at the beginning of the log were let go: browsers show no list of millions. With a snapshot that lets
   * rows go none come: only so a list can tell what has moved.
   */
  readonly begin: number;
  /** Characters of the longest row. */
  readonly width: number;
  readonly timeline: Timeline;
  readonly connection: Connection;
  /** What ended the following of the log, and does not pass by itself. */
  readonly error: unknown;
};

/** What is known of the log of a build, and who wants to be told when that is more. */
export type BuildLog = {
  add(entries: readonly LogEntry[]): void;
  setConnection(connection: Connection): void;
  fail(error: unknown): void;
  /** Number of the last entry; the log is followed after it. */
  readonly last: number;
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => LogSnapshot;
};

/** Ten times a second is live to the eye; each line for itself would be all that the browser does. */
const tellEveryMs = 100;
const maxRows = 600_000;
const dropRows = 100_000;

export function createBuildLog({ limit = maxRows, drop = dropRows } = {}): BuildLog {
  let rows: LogRow[] = [];
  let facts = { begin: 0, width: 0, timeline: emptyTimeline, error: undefined as unknown };
  let connection: Connection = 'waiting';
  let last = 0;
  let snapshot: LogSnapshot = { ...facts, rows, count: 0, connection };
  let isDue = false;
  const listeners = new Set<() => void>();
  const carryStyle = createStyleCarrier();

  const tell = () => {
    isDue = false;
    const kept = snapshot.begin + snapshot.count - facts.begin;
    const letsGo = facts.begin > snapshot.begin && kept > 0;
    snapshot = letsGo
      ? { ...facts, rows, count: kept, connection: snapshot.connection }
      : { ...facts, rows, count: rows.length, connection };
    if (letsGo) tellSoon();
    for (const listener of listeners) listener();
  };
  const tellSoon = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(tell, snapshot.count === 0 ? 0 : tellEveryMs);
  };
  const addEntry = (entry: LogEntry) => {
    // What has no number is the service's word about a build that never ran; all else comes once.
    if (entry.seq > 0 && entry.seq <= last) return;
    last = Math.max(last, entry.seq);
    const timeline = addToTimeline(facts.timeline, entry, facts.begin + rows.length);
    let { width } = facts;
    for (const row of toRows(entry)) {
      rows.push(carryStyle(row));
      width = Math.max(width, plainText(row.text).length);
    }
    facts = { ...facts, timeline, width };
  };

  return {
    add(entries) {
      for (const entry of entries) addEntry(entry);
      if (rows.length > limit) {
        facts = { ...facts, begin: facts.begin + drop };
        rows = rows.slice(drop);
      }
      tellSoon();
    },
    setConnection(now) {
      connection = now;
      tellSoon();
    },
    fail(error) {
      facts = { ...facts, error };
      tellSoon();
    },
    get last() {
      return last;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => snapshot,
  };
}
