import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { isAppError } from '../../errors/app-error.ts';
import { run } from '../../exec/run.ts';
import type { CallOptions } from '../port.ts';

export type DockerClient = { readonly file: string; readonly buildxVersion: string };

/**
 * The first Docker client on PATH that has buildx: an old one may stand before it.
 *
 * @returns Undefined when there is none; `without-buildx` when no client has buildx.
 */
export async function findDocker(
  path: string,
  options: CallOptions = {},
): Promise<DockerClient | 'without-buildx' | undefined> {
  let found: 'without-buildx' | undefined;
  for (const folder of new Set(path.split(delimiter).filter((entry) => entry !== ''))) {
    const file = join(folder, 'docker');
    if (!(await isProgram(file))) continue;
    const buildxVersion = await readBuildxVersion(file, options);
    if (buildxVersion !== undefined) return { file, buildxVersion };
    found = 'without-buildx';
  }
  return found;
}

async function readBuildxVersion(file: string, { signal }: CallOptions): Promise<string | undefined> {
  try {
    const { stdout } = await run({ file, args: ['buildx', 'version'] }, { signal, timeoutMs: 10_000 });
    return /v?(\d+\.\d+\S*)/.exec(stdout)?.[1] ?? stdout.trim();
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error;
    return undefined;
  }
}

function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
