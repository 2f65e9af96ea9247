/** Where the log shall go to: a row counted from the beginning of the log, or where the reason of a failure is. */
export type JumpTarget = { readonly to: number | 'error' };
