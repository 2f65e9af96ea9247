import { quoteForShell } from '../shell/quote.ts';

/** A process to run, as data: it can be compared in a test, printed, and only `exec/` starts it. */
export type Command = {
  /** Program name looked up in PATH, or an absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the parent's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Text for standard input. Secrets go here or into a file, never into `args`. */
  readonly stdin?: string;
};

/** The command as a person would type it into a POSIX shell; for messages only, never for running. */
export function formatCommand(command: Pick<Command, 'file' | 'args'>): string {
  return [command.file, ...command.args].map(quoteForShell).join(' ');
}
