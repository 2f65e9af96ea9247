import type { EngineKind } from '../src/engine/port.ts';
import { run } from '../src/exec/run.ts';

/** Whether the engine has an image of that name. */
export async function hasImage(engine: EngineKind, name: string): Promise<boolean> {
  const command =
    engine === 'buildx'
      ? { file: 'docker', args: ['image', 'inspect', name] }
      : { file: 'buildah', args: ['inspect', '--type=image', `localhost/${name}`] };
  return (await run(command, { acceptExitCodes: [0, 1, 125] })).exitCode === 0;
}

/** Runs a command in a container of the engine that has the image, and returns what it printed. */
export async function runInEngine(
  engine: EngineKind,
  image: string,
  { command, stdin = '' }: { readonly command: readonly string[]; readonly stdin?: string },
): Promise<string> {
  if (engine === 'buildx') {
    const args = ['run', '--rm', '-i', '--network=none', image, ...command];
    return (await run({ file: 'docker', args, stdin })).stdout;
  }
  const { stdout } = await run({ file: 'buildah', args: ['from', '--pull-never', image] });
  const container = stdout.trim();
  try {
    const args = ['run', '--isolation=chroot', container, '--', ...command];
    return (await run({ file: 'buildah', args, stdin })).stdout;
  } finally {
    await run({ file: 'buildah', args: ['rm', container] });
  }
}
