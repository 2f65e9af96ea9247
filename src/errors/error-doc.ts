export type ErrorDoc = {
  /** What the code means, for `docs/errors.md`. */
  readonly meaning: string;
  /** How to solve it. */
  readonly solve: string;
};
