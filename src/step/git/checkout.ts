import { chmod, lutimes, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { makePartialFolder } from '../../files/partial-folder.ts';
import { hashTree, listTree } from '../../files/tree-hash.ts';
import { type GitOptions, runGit } from '../../git/git.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import { missingNameError } from '../missing-name.ts';
import type { RegistryClone } from './registry-cache.ts';

export type StepPath = { readonly commit: string; readonly workflow: string; readonly stepId: string };

/** A step's files on disk. */
export type CheckedOutStep = { readonly folder: string; readonly treeHash: Digest };

/** The day after the first that a zip file, and so a Python wheel, can hold in any time zone. */
const fileTime = new Date('1980-01-02T00:00:00Z');

/** A step that was checked out before, if its files are still as they were. */
export async function findCheckedOut(
  cacheDirectory: string,
  path: StepPath,
): Promise<CheckedOutStep | undefined> {
  const directory = stepDirectory(cacheDirectory, path);
  const folder = join(directory, 'files');
  try {
    const recorded = await readFile(join(directory, 'tree-hash'), 'utf8');
    const treeHash = await hashTree(folder);
    return treeHash === recorded && isDigest(treeHash) ? { folder, treeHash } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a step's files at a commit into the cache, with the same modes and times on every machine.
 *
 * @throws STEP_NOT_FOUND - the commit has no such folder
 * @throws STEP_SUBMODULE - there is a submodule in it
 */
export async function checkOutStep(
  clone: RegistryClone,
  path: StepPath,
  { cacheDirectory, ...options }: GitOptions & { readonly cacheDirectory: string },
): Promise<CheckedOutStep> {
  await requireStep(clone, path, options);
  const directory = stepDirectory(cacheDirectory, path);
  const partial = await makePartialFolder(dirname(directory));
  try {
    const folder = join(partial, 'files');
    await mkdir(folder);
    await writeFiles(clone, path, { folder, index: join(partial, 'index'), ...options });
    await normalizeFiles(folder);
    await writeFile(join(partial, 'tree-hash'), await hashTree(folder));
    return await publish({ partial, directory }, () => findCheckedOut(cacheDirectory, path));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function stepDirectory(cacheDirectory: string, { commit, workflow, stepId }: StepPath): string {
  return join(cacheDirectory, 'steps', commit, workflow, stepId);
}

/** `read-tree` fetches all missing contents in one go, checks each path and follows no link while writing. */
async function writeFiles(
  { directory }: RegistryClone,
  { commit, workflow, stepId }: StepPath,
  { folder, index, ...options }: GitOptions & { readonly folder: string; readonly index: string },
): Promise<void> {
  const config = ['-c', 'core.autocrlf=false', '-c', 'core.symlinks=true', '-c', 'core.fileMode=true'];
  const repository = ['--git-dir', directory, '--work-tree', folder];
  const args = [...config, ...repository, 'read-tree', '--reset', '-u', `${commit}:${workflow}/${stepId}`];
  await runGit(args, { ...options, cwd: folder, variables: { GIT_INDEX_FILE: index } });
  await rm(index, { force: true });
}

/** Git keeps no mode but the exec bit; what is on disk besides depends on the umask. */
async function normalizeFiles(folder: string): Promise<void> {
  for (const { path, kind } of (await listTree(folder)).reverse()) {
    const absolutePath = join(folder, path);
    if (kind !== 'link') await chmod(absolutePath, kind === 'file' ? 0o644 : 0o755);
    await lutimes(absolutePath, fileTime, fileTime);
  }
  await chmod(folder, 0o755);
  await lutimes(folder, fileTime, fileTime);
}

/**
 * Gives the checked-out step its place. What another process put there is used when it is whole, since
 * that process may be reading it; what is damaged makes room.
 */
async function publish(
  { partial, directory }: { readonly partial: string; readonly directory: string },
  find: () => Promise<CheckedOutStep | undefined>,
): Promise<CheckedOutStep> {
  if (!(await tryRename(partial, directory)) && (await find()) === undefined) {
    const damaged = `${partial}-damaged`;
    await tryRename(directory, damaged);
    await rm(damaged, { recursive: true, force: true });
    await tryRename(partial, directory);
  }
  const published = await find();
  if (published !== undefined) return published;
  throw new AppError('STEP_UNREADABLE', `the checked-out step in ${directory} changes while it is read`);
}

/** False when there is something in the way. */
async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}

type TreeObject = { readonly kind: string; readonly path: string };

async function requireStep(clone: RegistryClone, path: StepPath, options: GitOptions): Promise<void> {
  const { commit, workflow, stepId } = path;
  const list = async (...args: string[]) =>
    parseTreeObjects(await gitOutput(clone, ['ls-tree', '-z', ...args], options));
  const [found] = await list(commit, '--', `${workflow}/${stepId}`);
  if (found?.kind === 'commit') throw toSubmoduleError(path, stepId);
  if (found?.kind !== 'tree') throw await toMissingError(path, list);
  const submodule = (await list('-r', `${commit}:${workflow}/${stepId}`)).find(
    ({ kind }) => kind === 'commit',
  );
  if (submodule !== undefined) throw toSubmoduleError(path, submodule.path);
}

async function gitOutput({ directory }: RegistryClone, args: string[], options: GitOptions): Promise<string> {
  return (await runGit(['--git-dir', directory, ...args], options)).stdout;
}

/** `<mode> <kind> <object>\t<path>`, each ended by a NUL. */
function parseTreeObjects(output: string): TreeObject[] {
  return output
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const tab = entry.indexOf('\t');
      return { kind: entry.slice(0, tab).split(' ')[1] ?? '', path: entry.slice(tab + 1) };
    });
}

async function toMissingError(
  { commit, workflow, stepId }: StepPath,
  list: (...args: string[]) => Promise<TreeObject[]>,
): Promise<AppError> {
  const foldersOf = async (tree: string) =>
    (await list(tree))
      .filter(({ kind, path }) => kind === 'tree' && !path.startsWith('.'))
      .map(({ path }) => path);
  const workflows = await foldersOf(commit);
  return workflows.includes(workflow)
    ? missingNameError(`workflow ${workflow}`, stepId, {
        commit,
        names: await foldersOf(`${commit}:${workflow}`),
      })
    : missingNameError('the workflow registry', workflow, { commit, names: workflows });
}

function toSubmoduleError({ workflow, stepId }: StepPath, submodule: string): AppError {
  return new AppError('STEP_SUBMODULE', `the step ${workflow}/${stepId} has a git submodule: ${submodule}`, {
    hint: 'put its files into the step, or clone it in post_inst.sh',
  });
}
