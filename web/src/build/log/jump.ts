/** Where the log shall go to: a row counted from the beginning of the log, or where the reason of a failure is. */
export type JumpTarget = { readonly to: number | 'error' };

type Place = { readonly begin: number; readonly errorRow: number };

/** The index of the row that is meant; -1 as long as it is not known. What was let go is where the rows begin now. */
export function toIndex({ to }: JumpTarget, { begin, errorRow }: Place): number {
  return to === 'error' ? errorRow : Math.max(0, to - begin);
}
