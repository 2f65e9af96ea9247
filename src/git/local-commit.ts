import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isAppError } from '../errors/app-error.ts';
import { listTree, type TreeEntry } from '../files/tree-hash.ts';
import { type GitOptions, runGit } from './git.ts';
import { commitPattern } from './refs.ts';

/**
 * The commit that a local folder's files are from, or undefined: outside of git, without git, or when
 * any file was changed, added or removed. It is the last one that changed the folder, so that commits
 * elsewhere in the repository do not make another image.
 *
 * Contents are compared here and not by `git status`: that runs filters which the repository's own
 * configuration names, and the folder may come from anyone.
 */
export async function findCleanCommit(folder: string, options: GitOptions): Promise<string | undefined> {
  const git = async (...args: string[]) => (await runGit(args, { ...options, cwd: folder })).stdout;
  try {
    const committed = parseTree(await git('ls-tree', '-r', '-z', 'HEAD'));
    if (!(await isSame(folder, committed))) return undefined;
    const commit = (await git('rev-list', '-1', 'HEAD', '--', '.')).trim();
    return commitPattern.test(commit) ? commit : undefined;
  } catch (error) {
    if (isAppError(error, 'EXEC_FAILED', 'EXEC_NOT_FOUND')) return undefined;
    throw error;
  }
}

/** Mode and object name (`100644 1f2e…`) by path, of the folder that git runs in. */
function parseTree(output: string): Map<string, string> {
  const entries = output.split('\0').filter((entry) => entry !== '');
  return new Map(
    entries.map((entry) => {
      const tab = entry.indexOf('\t');
      const [mode, , objectName] = entry.slice(0, tab).split(' ');
      return [entry.slice(tab + 1), `${mode} ${objectName}`];
    }),
  );
}

async function isSame(folder: string, committed: ReadonlyMap<string, string>): Promise<boolean> {
  const files = (await listTree(folder)).filter(({ kind }) => kind !== 'folder');
  if (files.length === 0 || files.length !== committed.size) return false;
  for (const entry of files) {
    if (committed.get(entry.path) !== (await describeEntry(folder, entry))) return false;
  }
  return true;
}

const gitModes = { file: '100644', executable: '100755', link: '120000', folder: '040000' } as const;

/** @see gitformat-pack(5), git-hash-object(1): a blob is named by SHA-1 of `blob <size>\0<content>` */
async function describeEntry(folder: string, { path, kind }: TreeEntry): Promise<string> {
  const absolutePath = join(folder, path);
  const content =
    kind === 'link' ? await readlink(absolutePath, { encoding: 'buffer' }) : await readFile(absolutePath);
  const objectName = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  return `${gitModes[kind]} ${objectName}`;
}
