import { runCli } from './run-cli.ts';

export type CliRun = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Runs a command line in this process, without a terminal. */
export async function runForTest(
  argv: readonly string[],
  { cwd = process.cwd(), env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  const exitCode = await runCli(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: '/nonexistent', ...env },
    cwd: () => cwd,
  });
  return { exitCode, stdout, stderr };
}
