import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { AppError } from '../errors/app-error.ts';
import { type Command, formatCommand } from './command.ts';
import { createLineSplitter } from './lines.ts';

export type OutputStream = 'stdout' | 'stderr';

export type RunOptions = {
  /** Aborting ends the process and all its descendants: SIGTERM, then SIGKILL after 5 s. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Called with each line as it is written, without its line end. */
  readonly onLine?: ((line: string, stream: OutputStream) => void) | undefined;
  /** Exit codes that are answers rather than failures; default `[0]`. */
  readonly acceptExitCodes?: readonly number[] | undefined;
};

export type RunResult = {
  readonly exitCode: number;
  /** Whole standard output, at most 16 MiB (the start is dropped beyond that). */
  readonly stdout: string;
  /** Whole standard error, same bound. */
  readonly stderr: string;
};

/** A process whose standard input is fed, or whose standard output is read, as a stream of bytes. */
export type RunningProcess = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the process ended and its streams are drained; rejects as {@link run} does. */
  readonly done: Promise<RunResult>;
};

const maxCapturedChars = 16 * 2 ** 20;
const forceKillAfterMs = 5_000;
const quotedLines = 20;

/**
 * Runs a command to its end.
 *
 * @throws EXEC_NOT_FOUND - the program is not installed
 * @throws EXEC_FAILED - it ended with an exit code that is not accepted, or by a signal
 * @throws EXEC_TIMEOUT - it ran longer than `timeoutMs`
 * @throws CANCELLED - `signal` was aborted
 */
export function run(command: Command, options: RunOptions = {}): Promise<RunResult> {
  const child = spawn(command, options, command.stdin === undefined ? 'ignore' : 'pipe');
  const stdout = capture(child.stdout, (line) => options.onLine?.(line, 'stdout'));
  const stderr = capture(child.stderr, (line) => options.onLine?.(line, 'stderr'));
  if (command.stdin !== undefined) {
    child.stdin?.on('error', ignoreBrokenPipe);
    child.stdin?.end(command.stdin);
  }
  return settle(child, command, options, { stdout, stderr });
}

/** Starts a command whose standard input and output are byte streams of the caller; see {@link run}. */
export function startProcess(command: Command, options: RunOptions = {}): RunningProcess {
  const child = spawn(command, options, 'pipe');
  const stderr = capture(child.stderr, (line) => options.onLine?.(line, 'stderr'));
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new AppError('INTERNAL_ERROR', 'a child process has no pipes');
  return { stdin, stdout, done: settle(child, command, options, { stdout: () => '', stderr }) };
}

function spawn(command: Command, options: RunOptions, stdin: 'ignore' | 'pipe') {
  return execa(command.file, command.args, {
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(command.env === undefined ? {} : { env: command.env }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    stdin,
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    killDescendants: true,
    forceKillAfterDelay: forceKillAfterMs,
  } as const);
}

function capture(stream: Readable | null, onLine: (line: string) => void): () => string {
  let captured = '';
  if (stream === null) return () => captured;
  const splitter = createLineSplitter(onLine);
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    captured += chunk;
    if (captured.length > 2 * maxCapturedChars) captured = captured.slice(-maxCapturedChars);
    splitter.push(chunk);
  });
  stream.on('end', () => splitter.flush());
  return () => captured.slice(-maxCapturedChars);
}

async function settle(
  child: PromiseLike<Outcome>,
  command: Command,
  options: RunOptions,
  output: { stdout: () => string; stderr: () => string },
): Promise<RunResult> {
  const result = await child;
  const stdout = output.stdout();
  const stderr = output.stderr();
  const { exitCode } = result;
  if (exitCode !== undefined && (options.acceptExitCodes ?? [0]).includes(exitCode) && !result.isTerminated) {
    return { exitCode, stdout, stderr };
  }
  throw toAppError(result, command, {
    options,
    lastLines: lastLines(stderr.trim() === '' ? stdout : stderr),
  });
}

type Outcome = {
  readonly isCanceled: boolean;
  readonly isTerminated: boolean;
  readonly timedOut: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly cause?: unknown;
};

function toAppError(
  outcome: Outcome,
  command: Command,
  context: { options: RunOptions; lastLines: readonly string[] },
): AppError {
  const { lastLines } = context;
  const details = {
    command: formatCommand(command),
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    lastLines,
  };
  const { file } = command;
  if (outcome.isCanceled)
    return new AppError('CANCELLED', `${file} was stopped: the build was cancelled`, { details });
  if (outcome.timedOut) {
    const seconds = (context.options.timeoutMs ?? 0) / 1000;
    return new AppError('EXEC_TIMEOUT', `${file} did not end within ${seconds} s`, { details });
  }
  if (outcome.code === 'ENOENT') {
    const hint = 'run `cic doctor` to see what to install';
    return new AppError('EXEC_NOT_FOUND', `the program ${file} was not found`, { hint, details });
  }
  const how = outcome.signal === undefined ? `exit code ${outcome.exitCode}` : `signal ${outcome.signal}`;
  const tail = lastLines.length === 0 ? '' : `:\n${lastLines.join('\n')}`;
  return new AppError('EXEC_FAILED', `${file} ended with ${how}${tail}`, { details, cause: outcome.cause });
}

function lastLines(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(-quotedLines)
    .filter((line) => line !== '');
}

/** The process may end before it has read its input; its exit code then tells what went wrong. */
function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
