/**
 * Where a log stays, whatever comes: at its end, which is so followed, or where a row of it is so many pixels below the
 * upper edge; rows count from the beginning of the log. Null: wherever somebody scrolls to.
 */
export type HeldPlace = 'end' | { readonly row: number; readonly below: number } | null;

/** That the log has moved, in pixels from the beginning of what there is. */
export type Move = {
  readonly from: number;
  readonly to: number;
  /** As far as it can go. */
  readonly end: number;
  /** Where the held place is. */
  readonly held: number;
};

/** So near it is there: heights are not whole pixels everywhere. */
const nearPixels = 4;

/**
 * What is held after a move. The end is left upwards only: while it is followed it is below for a moment with each line
 * that comes, and where rows are let go it comes up itself. It is followed again where somebody scrolls down to it.
 */
export function heldAfter(place: HeldPlace, { from, to, end, held }: Move): HeldPlace {
  const isAtEnd = to >= end - nearPixels;
  if (place === 'end') return isAtEnd || to >= from ? 'end' : null;
  if (place === null) return isAtEnd && to > from ? 'end' : null;
  return Math.abs(to - held) <= nearPixels ? place : null;
}
