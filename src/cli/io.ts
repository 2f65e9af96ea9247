/** What a command line meets outside of itself; `process` is one. */
export type CliIo = {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
};

export type OutputStream = {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** What a command gets from the program around it. */
export type CliContext = CliIo & {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
};
