/** The machine that code in the image is compiled for. */
export type BuildTarget = {
  /** archspec name. */
  readonly target: string;
  /** Flags for gcc and clang, such as `-march=znver2 -mtune=znver2`. */
  readonly marchFlags: string;
};
