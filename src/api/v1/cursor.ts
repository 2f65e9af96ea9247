import { AppError } from '../../errors/app-error.ts';
import { isBuildId } from '../../service/build-folder.ts';

/** Where a page of a list ended: time and id of its last row. Opaque for clients. */
export type Cursor = { readonly at: Date; readonly id: string };

export function formatCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.getTime()} ${id}`).toString('base64url');
}

/** @throws API_MALFORMED - this is no cursor that the service gave */
export function parseCursor(text: string): Cursor {
  const [, ms, id] = /^(\d{1,14}) (\S+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (ms === undefined || id === undefined || !isBuildId(id)) {
    throw new AppError('API_MALFORMED', 'cursor: is not one that the service gave', {
      hint: 'use `next` of the page before',
    });
  }
  return { at: new Date(Number(ms)), id };
}
