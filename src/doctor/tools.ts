import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** A system tool that CIC calls. */
export type Tool = {
  readonly name: string;
  /** Debian package that has it. */
  readonly package: string;
  /** `build`, `buildah`, `rootless`, `registry`, a compression; see launcher/tools.txt. */
  readonly neededBy: readonly string[];
  readonly why: string;
};

/** The list that `./cic` installs from. */
export async function readTools(): Promise<Tool[]> {
  const text = await readFile(new URL('../../launcher/tools.txt', import.meta.url), 'utf8');
  return parseTools(text);
}

export function parseTools(text: string): Tool[] {
  return text.split('\n').flatMap((line) => {
    const [, name, packageName, neededBy, why] = /^([^#\s]\S*)\s+(\S+)\s+(\S+)\s+(.+)$/.exec(line) ?? [];
    if (name === undefined || packageName === undefined || neededBy === undefined || why === undefined)
      return [];
    return { name, package: packageName, neededBy: neededBy.split(','), why };
  });
}

/** Absolute path of a program, as a shell would find it. */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(folder, name);
    const isProgram = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isProgram) return candidate;
  }
  return undefined;
}
