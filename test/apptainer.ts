import { run as runCommand } from '../src/exec/run.ts';
import { repository } from './cic.ts';

export type ApptainerOptions = {
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Text for standard input. */
  readonly stdin?: string | undefined;
  /** Default: only 0. */
  readonly acceptExitCodes?: readonly number[] | undefined;
  /** Flags of the command, before the image: `--cleanenv`. */
  readonly flags?: readonly string[] | undefined;
};

export type ApptainerOutcome = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs the real Apptainer; `test/setup/apptainer.sh` must have run. */
export function runApptainer(
  args: readonly string[],
  { env, stdin, acceptExitCodes }: ApptainerOptions = {},
): Promise<ApptainerOutcome> {
  return runCommand(
    {
      file: `${repository}test/apptainer.sh`,
      args,
      ...(env === undefined ? {} : { env }),
      ...(stdin === undefined ? {} : { stdin }),
      cwd: '/',
    },
    { timeoutMs: 120_000, ...(acceptExitCodes === undefined ? {} : { acceptExitCodes }) },
  );
}

/** Runs a command in a container and returns what it printed. */
export function execInImage(
  image: string,
  command: readonly string[],
  options: ApptainerOptions = {},
): Promise<string> {
  return printed('exec', image, command, options);
}

/** Runs the image's own program with arguments and returns what it printed. */
export function runImage(
  image: string,
  args: readonly string[] = [],
  options: ApptainerOptions = {},
): Promise<string> {
  return printed('run', image, args, options);
}

/** Starts a shell in the image, feeds it a script and returns what it printed. */
export function shellInImage(image: string, script: string, options: ApptainerOptions = {}): Promise<string> {
  return printed('shell', image, [], { ...options, stdin: script });
}

/** What `apptainer inspect` prints, for one of its flags. */
export async function inspectImage(image: string, flag: `--${string}`): Promise<string> {
  return (await runApptainer(['inspect', flag, image])).stdout;
}

async function printed(
  action: 'exec' | 'run' | 'shell',
  image: string,
  words: readonly string[],
  options: ApptainerOptions,
): Promise<string> {
  const args = [action, ...(options.flags ?? []), image, ...words];
  return (await runApptainer(args, options)).stdout;
}

/** Where the root file system starts in a SIF, in bytes, according to Apptainer. */
export async function readPartitionOffset(image: string): Promise<number> {
  const { stdout } = await runApptainer(['sif', 'list', image]);
  const start = /\|(\d+)-\d+\s*\|FS \(Squashfs/.exec(stdout)?.[1];
  if (start === undefined) throw new Error(`${image} has no file system:\n${stdout}`);
  return Number(start);
}
