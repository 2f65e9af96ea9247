import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type TestStep = {
  /** Holds everything: the request, the step, and what the test makes. */
  readonly folder: string;
  readonly request: string;
  /** Where the SIF goes; not there before the first build. */
  readonly output: string;
  remove(): Promise<void>;
};

export type StepFiles = Readonly<Record<string, string>>;

const machine = { platform: 'linux/amd64', architecture: 'none', container_engine: 'singularity' };

/** Writes a step folder and a request for it; `changes` replaces fields of the request. */
export async function writeStep(files: StepFiles, changes: Record<string, unknown> = {}): Promise<TestStep> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-step-'));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, 'step', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const request = join(folder, 'request.json');
  const content = { machine, workflow: 'tests', step_id: 'step', path: 'step', ...changes };
  await writeFile(request, JSON.stringify(content));
  return {
    folder,
    request,
    output: join(folder, 'images'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A file that no cache can know. */
export function freshFile(): StepFiles {
  return { 'fresh.txt': `${Date.now()}-${Math.random()}\n` };
}
