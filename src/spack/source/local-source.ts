import { access, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { runGit } from '../../git/git.ts';
import type { LocatedSource, SourceKind } from './source-kind.ts';
import type { SourceOptions } from './source-options.ts';

/** True if a folder has what a source of this kind has. */
export async function isComplete(folder: string, { marks }: SourceKind): Promise<boolean> {
  const found = await Promise.all(marks.map((mark) => exists(join(folder, mark))));
  return found.some(Boolean);
}

/**
 * A source in a local folder, used where it is.
 *
 * @throws SPACK_UNAVAILABLE - there is no such folder, or it is something else
 */
export async function useFolder(
  folder: string,
  kind: SourceKind,
  options: SourceOptions,
): Promise<LocatedSource> {
  if (!(await isComplete(folder, kind))) {
    const isThere = await exists(folder);
    throw new AppError(
      'SPACK_UNAVAILABLE',
      isThere ? `${folder} is not ${kind.title}` : `there is no ${folder}: it should be ${kind.title}`,
      { hint: isThere ? `it has no ${kind.marks.join(' or ')}` : 'check the path in the configuration' },
    );
  }
  const commit = await readCommit(folder, options);
  return { folder, ...(commit !== undefined && { commit }) };
}

/**
 * The commit that is checked out in a folder; undefined where the folder is not the root of a work tree, or
 * files that git knows were changed.
 */
export async function readCommit(folder: string, options: SourceOptions): Promise<string | undefined> {
  const git = async (...args: string[]) => {
    const { stdout } = await runGit(args, {
      signal: options.signal,
      environment: options.gitEnvironment,
      cwd: folder,
    });
    return stdout.trim();
  };
  if (!(await exists(join(folder, '.git')))) return undefined;
  try {
    const [place, changes] = await Promise.all([
      git('rev-parse', '--show-toplevel', 'HEAD'),
      git('status', '--porcelain', '--untracked-files=no'),
    ]);
    const [root, commit] = place.split('\n');
    return root === (await realpath(folder)) && changes === '' ? commit : undefined;
  } catch (error) {
    if (isAppError(error, 'EXEC_FAILED', 'EXEC_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** A bare repository, such as a site's own mirror. */
export async function isBareRepository(path: string): Promise<boolean> {
  const parts = await Promise.all(['HEAD', 'objects', 'refs'].map((name) => exists(join(path, name))));
  return parts.every(Boolean);
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Names of the folders in a folder; empty where there is none. */
export async function listFolders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}
