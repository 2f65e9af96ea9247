import { AppError } from '../../errors/app-error.ts';
import { isBuildId } from '../../service/build-folder.ts';

/** Where a page of a list ended: time and id of its last row. Opaque for clients. */
export type Cursor = { readonly at: Date; readonly id: string };

function formatCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.getTime()} ${id}`).toString('base64url');
}

/** The last one of the year 9999: beyond it times are written otherwise. */
const latestMs = 253_402_300_799_999;

/** @throws API_MALFORMED - this is no cursor that the service gave */
export function parseCursor(text: string): Cursor {
  const [, ms, id] = /^(\d{1,14}) (\S+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (ms === undefined || id === undefined || !isBuildId(id) || Number(ms) > latestMs) {
    throw new AppError('API_MALFORMED', 'cursor: is not one that the service gave', {
      hint: 'use `next` of the page before',
    });
  }
  return { at: new Date(Number(ms)), id };
}

/**
 * Cuts a page out of rows of which one more was asked for than a page has.
 *
 * @returns The page, and the cursor of the next one; null at the end.
 */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => Cursor,
): { readonly page: readonly Row[]; readonly next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? formatCursor(placeOf(last)) : null;
  return { page, next };
}
