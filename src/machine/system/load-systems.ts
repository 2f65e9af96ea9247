import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error.ts';
import { formatProblem, type Problem } from '../../errors/problem.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';
import { parseSystem } from './parse-system.ts';
import type { HpcSystem } from './system.ts';

/** The machine files that CIC comes with. */
const ownSystemsFolder = fileURLToPath(new URL('../../../machines/', import.meta.url));

/**
 * Reads the HPC systems that CIC comes with and those of the site; where both use a name, the site's
 * system has it.
 *
 * @param siteFolder Absolute path of a folder with the site's machine files.
 * @returns Ordered by name; no name or alias is there twice.
 * @throws MACHINE_FILE_INVALID - files have faults; `details.problems` has every {@link Problem}
 * @throws FILE_UNREADABLE - the folder or a file of it cannot be read
 */
export async function loadSystems(siteFolder?: string): Promise<HpcSystem[]> {
  const [own, site] = await Promise.all([
    readFolder(ownSystemsFolder),
    siteFolder === undefined ? [] : readFolder(siteFolder),
  ]);
  const files = [...withoutNames(own, site.flatMap(namesOf)), ...site];
  const problems = [...files.flatMap((file) => file.problems), ...findRepeatedNames(files)];
  if (problems.length > 0) {
    throw new AppError('MACHINE_FILE_INVALID', problems.map(formatProblem).join('\n'), {
      hint: '`cic schema machine` prints the schema',
      details: { problems },
    });
  }
  return files.flatMap(({ system }) => system ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The systems and aliases that the site's files do not take for themselves. */
function withoutNames(files: readonly SystemFile[], taken: readonly string[]): SystemFile[] {
  return files.flatMap((entry) => {
    const { system } = entry;
    if (system === undefined) return entry;
    if (taken.includes(system.name)) return [];
    return {
      ...entry,
      system: { ...system, aliases: system.aliases.filter((name) => !taken.includes(name)) },
    };
  });
}

function namesOf({ system }: SystemFile): string[] {
  return system === undefined ? [] : [system.name, ...system.aliases];
}

type SystemFile = ReturnType<typeof parseSystem> & { readonly file: string };

async function readFolder(folder: string): Promise<SystemFile[]> {
  const names = await readdir(folder).catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(`the folder of machine files ${folder}`, cause), {
      hint: 'correct `machines` in the configuration',
      cause,
    });
  });
  const files = names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
  return Promise.all(files.map((name) => readSystem(join(folder, name))));
}

async function readSystem(file: string): Promise<SystemFile> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(file, cause), { cause });
  });
  return { file, ...parseSystem(text, file) };
}

function findRepeatedNames(files: readonly SystemFile[]): Problem[] {
  const owners = new Map<string, string>();
  return files.flatMap((entry) =>
    namesOf(entry).flatMap((name): Problem[] => {
      const { file } = entry;
      const owner = owners.get(name);
      owners.set(name, owner ?? file);
      if (owner === undefined) return [];
      const message = `"${name}" is the name of another system too`;
      return [{ severity: 'error', file, message, hint: `see ${owner}` }];
    }),
  );
}
