import { plainText, type Segment } from './ansi.ts';
import type { LogRow } from './rows.ts';

/** Finds rows that have a text, whatever its case; goes on where it was when the log has grown. */
export type LogSearch = {
  readonly query: string;
  /** Indexes of rows, ascending. While the same list of rows grows nothing of it is read twice. */
  extend(rows: readonly LogRow[]): readonly number[];
};

export function createSearch(query: string): LogSearch {
  const wanted = query.toLowerCase();
  let found: number[] = [];
  let source: readonly LogRow[] | undefined;
  let read = 0;
  return {
    query,
    extend(rows) {
      if (wanted === '') return found;
      if (rows !== source) [source, read, found] = [rows, 0, []];
      for (; read < rows.length; read += 1) {
        const row = rows[read];
        if (row !== undefined && plainText(row.text).toLowerCase().includes(wanted)) found.push(read);
      }
      return found;
    },
  };
}

/** The place in `found` that is at or after a row; from the beginning again behind the last one. */
export function firstFrom(found: readonly number[], row: number): number {
  const place = found.findIndex((index) => index >= row);
  return place === -1 ? 0 : place;
}

/** The place in `found` of the last one before a row; the last of all where there is none. */
export function lastBefore(found: readonly number[], row: number): number {
  const place = found.findLastIndex((index) => index < row);
  return place === -1 ? found.length - 1 : place;
}

/** A part of a line that is what was looked for, or is not. */
export type MarkedSegment = Segment & { readonly isMatch: boolean };

/** Cuts a line at what was looked for; a match may reach over several colours. */
export function markMatches(segments: readonly Segment[], query: string): readonly MarkedSegment[] {
  const ranges = findRanges(segments.map(({ text }) => text).join(''), query);
  let offset = 0;
  return segments.flatMap((segment) => {
    const begin = offset;
    offset += segment.text.length;
    return cut(segment, begin, ranges);
  });
}

type Range = { readonly from: number; readonly to: number };

function findRanges(text: string, query: string): readonly Range[] {
  const ranges: Range[] = [];
  const [lower, wanted] = [text.toLowerCase(), query.toLowerCase()];
  if (wanted === '') return ranges;
  for (let from = lower.indexOf(wanted); from !== -1; from = lower.indexOf(wanted, from + wanted.length)) {
    ranges.push({ from, to: from + wanted.length });
  }
  return ranges;
}

function cut({ text, style }: Segment, begin: number, ranges: readonly Range[]): readonly MarkedSegment[] {
  const parts: MarkedSegment[] = [];
  let done = 0;
  const add = (until: number, isMatch: boolean) => {
    if (until > done) parts.push({ text: text.slice(done, until), style, isMatch });
    done = Math.max(done, until);
  };
  for (const { from, to } of ranges) {
    if (to <= begin || from >= begin + text.length) continue;
    add(Math.max(0, from - begin), false);
    add(Math.min(text.length, to - begin), true);
  }
  add(text.length, false);
  return parts;
}
