import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { AppError } from '../errors/app-error.ts';
import { type Command, formatCommand } from './command.ts';
import { createLineSplitter } from './lines.ts';
import {
  killProcesses,
  listProcessTree,
  type ProcessIdentity,
  signalProcess,
  signalProcesses,
} from './process-tree.ts';
import { startReaper } from './reaper.ts';

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
 * Runs a command to its end. Nothing that it started outlives it: what still runs in its process group
 * when it has ended is killed, and so is everything when this process dies, by `kill -9` too.
 *
 * @throws EXEC_NOT_FOUND - the program is not installed
 * @throws EXEC_FAILED - it ended with an exit code that is not accepted, or by a signal
 * @throws EXEC_TIMEOUT - it ran longer than `timeoutMs`
 * @throws CANCELLED - `signal` was aborted
 */
export async function run(command: Command, options: RunOptions = {}): Promise<RunResult> {
  const child = start(command, options, command.stdin === undefined ? 'ignore' : 'pipe');
  const stdout = capture(child.process.stdout, (line) => options.onLine?.(line, 'stdout'));
  const stderr = capture(child.process.stderr, (line) => options.onLine?.(line, 'stderr'));
  if (command.stdin !== undefined) {
    child.process.stdin?.on('error', ignoreBrokenPipe);
    child.process.stdin?.end(command.stdin);
  }
  return settle(child, command, { options, stdout, stderr });
}

/** Starts a command whose standard input and output are byte streams of the caller; see {@link run}. */
export function startProcess(command: Command, options: RunOptions = {}): RunningProcess {
  const child = start(command, options, 'pipe');
  const stderr = capture(child.process.stderr, (line) => options.onLine?.(line, 'stderr'));
  const { stdin, stdout } = child.process;
  if (stdin === null || stdout === null) throw new AppError('INTERNAL_ERROR', 'a child process has no pipes');
  return { stdin, stdout, done: settle(child, command, { options, stdout: () => '', stderr }) };
}

/**
 * A process and what ends it:
 *
 * ```
 * cancelled, too late   SIGTERM to its group and to descendants that left the group, SIGKILL after 5 s
 * it ended by a signal  SIGKILL to what remains
 * it ended              SIGKILL to what remains, when its output is drained
 * this process died     SIGTERM to its group, SIGKILL after 2 s, both by the reaper
 * ```
 */
type Child = {
  readonly process: ReturnType<typeof spawn>;
  readonly timeout: AbortSignal | undefined;
  /** Ends what is left of the tree. */
  readonly release: () => void;
};

function start(command: Command, options: RunOptions, stdin: 'ignore' | 'pipe'): Child {
  if (options.signal?.aborted === true) throw toCancelled(command);
  const timeout = options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs);
  const stop = AbortSignal.any([options.signal, timeout].filter((signal) => signal !== undefined));
  let tree: ProcessIdentity[] = [];
  const stopTree = () => {
    tree = pid === undefined ? [] : listProcessTree(pid);
    signalProcesses(tree, 'SIGTERM');
  };
  // Before execa adds its own listener: once the parent is gone, its descendants cannot be found.
  stop.addEventListener('abort', stopTree);
  const child = spawn(command, stop, stdin);
  const { pid } = child;
  const killRest = () => {
    if (pid !== undefined) signalProcess(-pid, 'SIGKILL');
    killProcesses(tree);
  };
  child.nodeChildProcess.once('exit', (_code, signal) => signal !== null && killRest());
  const endReaper = pid === undefined ? () => undefined : startReaper(pid);
  const release = () => {
    stop.removeEventListener('abort', stopTree);
    killRest();
    endReaper();
  };
  return { process: child, timeout, release };
}

function spawn(command: Command, cancelSignal: AbortSignal, stdin: 'ignore' | 'pipe') {
  return execa(command.file, command.args, {
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(command.env === undefined ? {} : { env: command.env }),
    cancelSignal,
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

type SettleContext = {
  readonly options: RunOptions;
  readonly stdout: () => string;
  readonly stderr: () => string;
};

async function settle(child: Child, command: Command, context: SettleContext): Promise<RunResult> {
  const { options } = context;
  const result: Outcome = await Promise.resolve(child.process).finally(child.release);
  const stdout = context.stdout();
  const stderr = context.stderr();
  const { exitCode } = result;
  const isOver = !result.isTerminated && !result.isCanceled;
  if (isOver && exitCode !== undefined && (options.acceptExitCodes ?? [0]).includes(exitCode)) {
    return { exitCode, stdout, stderr };
  }
  const timedOut = result.isCanceled && child.timeout?.aborted === true && options.signal?.aborted !== true;
  throw toAppError({ ...result, timedOut }, command, {
    options,
    lastLines: lastLines(stderr.trim() === '' ? stdout : stderr),
  });
}

type Outcome = {
  readonly isCanceled: boolean;
  readonly isTerminated: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly cause?: unknown;
};

function toAppError(
  outcome: Outcome & { readonly timedOut: boolean },
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
  if (outcome.timedOut) {
    const seconds = (context.options.timeoutMs ?? 0) / 1000;
    return new AppError('EXEC_TIMEOUT', `${file} did not end within ${seconds} s`, { details });
  }
  if (outcome.isCanceled) return toCancelled(command, details);
  if (command.cwd !== undefined && outcome.code !== undefined && !existsSync(command.cwd)) {
    return new AppError('EXEC_FAILED', `${file} cannot start in ${command.cwd}: there is no such folder`, {
      details,
    });
  }
  if (outcome.code === 'ENOENT') {
    const hint = 'run `cic doctor` to see what to install';
    return new AppError('EXEC_NOT_FOUND', `the program ${file} was not found`, { hint, details });
  }
  const how = describeEnd(outcome);
  const tail = lastLines.length === 0 ? '' : `:\n${lastLines.join('\n')}`;
  return new AppError('EXEC_FAILED', `${file} ${how}${tail}`, { details, cause: outcome.cause });
}

function toCancelled({ file }: Command, details: Record<string, unknown> = {}): AppError {
  return new AppError('CANCELLED', `${file} was stopped: the build was cancelled`, { details });
}

function describeEnd({ signal, exitCode, code }: Outcome): string {
  if (signal !== undefined) return `was ended by ${signal}`;
  return exitCode === undefined ? `could not be started (${code})` : `ended with exit code ${exitCode}`;
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
