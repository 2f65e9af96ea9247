import { CommanderError } from 'commander';
import { isAppError } from '../errors/app-error.ts';
import { exitCodeOf } from './exit-codes.ts';
import { formatFailure } from './failure.ts';
import type { CliContext, CliIo } from './io.ts';
import { createProgram } from './program.ts';
import { catchSignals } from './signals.ts';

const usageExitCode = 2;

/**
 * Runs one command line.
 *
 * @returns The exit code of the process.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const signals = catchSignals();
  const context: CliContext = {
    stdout: io.stdout,
    stderr: io.stderr,
    env: io.env,
    cwd: () => io.cwd(),
    signal: signals.signal,
  };
  try {
    const program = await createProgram(argv, context);
    if (argv.length === 0) {
      program.outputHelp();
      return usageExitCode;
    }
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
    return report(error, context, signals.exitCode());
  } finally {
    signals.stop();
  }
}

async function report(error: unknown, context: CliContext, signalExitCode: number): Promise<number> {
  context.stderr.write(await formatFailure(error, context));
  return isAppError(error, 'CANCELLED') ? signalExitCode : exitCodeOf(error);
}
