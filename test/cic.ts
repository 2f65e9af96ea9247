import { fileURLToPath } from 'node:url';
import { run } from '../src/exec/run.ts';

/** The repository's root, absolute. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

export type CicOutcome = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** The last line of `cic build --json`. */
export type BuildReport = {
  readonly status: 'FINISHED' | 'FAILED';
  readonly message: string | null;
  readonly image_id: string | null;
  readonly digest: string | null;
  readonly filename: string | null;
  readonly path: string | null;
  readonly sha256: string | null;
  readonly size_bytes: number | null;
  readonly recipe_digest: string | null;
  readonly sbom: string | null;
  readonly provenance: string | null;
  readonly spack_lock: string | null;
  readonly timings: Readonly<Record<string, number>>;
};

const anyExitCode = Array.from({ length: 256 }, (_, code) => code);

/** Runs `./cic` as a user does, whatever it answers. */
export async function runCic(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CicOutcome> {
  return run({ file: `${repository}cic`, args, env, cwd: repository }, { acceptExitCodes: anyExitCode });
}

/** Builds with `--json`; a build that ends without a report fails the test with what was printed. */
export async function buildWithCic(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<BuildReport> {
  const { stdout, stderr } = await runCic(['build', '--json', ...args], env);
  const lastLine = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(lastLine) as BuildReport;
  } catch {
    throw new Error(`cic build --json ended without a report:\n${stdout}\n${stderr}`);
  }
}
