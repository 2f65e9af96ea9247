import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import type { GitOptions } from '../git/git.ts';
import { findCleanCommit } from '../git/local-commit.ts';
import { commitPattern } from '../git/refs.ts';
import { checkOutStep, findCheckedOut } from './git/checkout.ts';
import { parseRegistryAddress } from './git/registry-address.ts';
import { withCommit } from './git/registry-cache.ts';
import { resolveVersion } from './git/resolve-version.ts';
import { missingNameError } from './missing-name.ts';
import type { LocatedStep, StepIdentity } from './read-step.ts';

export type LocateOptions = Omit<GitOptions, 'authorization'> & {
  readonly cacheDirectory: string;
  /** Git URL, or the path of a git repository or of a plain folder. */
  readonly registryUrl: string;
};

/**
 * Finds a step in a workflow registry. From a git repository, local or not, its files at the version's
 * commit are written into the cache; a plain folder is used where it is.
 *
 * @throws STEP_NOT_FOUND, STEP_VERSION_NOT_FOUND, STEP_SUBMODULE, STEP_REGISTRY_INVALID, STEP_REGISTRY_UNREACHABLE
 */
export async function locateInRegistry(step: StepIdentity, options: LocateOptions): Promise<LocatedStep> {
  const address = parseRegistryAddress(options.registryUrl);
  if (address.kind === 'remote') {
    const { url, authorization } = address;
    return locateInGit(step, url, { ...options, authorization });
  }
  const isGone = (await listFolders(address.path)) === undefined;
  const mayBeCached = isGone && commitPattern.test(step.version);
  if (mayBeCached || (await isGitRepository(address.path))) return locateInGit(step, address.path, options);
  return locateInFolder(step, address.path, options);
}

async function locateInGit(
  { workflow, stepId, version }: StepIdentity,
  url: string,
  { cacheDirectory, signal, environment, authorization }: LocateOptions & GitOptions,
): Promise<LocatedStep> {
  const git = { signal, environment, authorization };
  const commit = await resolveVersion(url, version, git);
  const path = { commit, workflow, stepId };
  const checkOut = () =>
    withCommit({ url, cacheDirectory }, commit, {
      ...git,
      use: (clone) => checkOutStep(clone, path, { cacheDirectory, ...git }),
    });
  const checkedOut =
    (await findCheckedOut(cacheDirectory, path)) ??
    (await checkOut().catch((error) => {
      throw toCacheError(error, cacheDirectory);
    }));
  return { ...checkedOut, commit, registryUrl: url };
}

/** A failure of the file system as one about the cache. */
function toCacheError(error: unknown, cacheDirectory: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new AppError(
    'STEP_CACHE_UNWRITABLE',
    `the step cannot be written into ${cacheDirectory}: ${error.message}`,
    {
      hint: 'check the free space and the permissions of the cache folder',
      cause: error,
    },
  );
}

async function locateInFolder(
  { workflow, stepId, version }: StepIdentity,
  registry: string,
  { signal, environment }: LocateOptions,
): Promise<LocatedStep> {
  const workflows = await listFolders(registry);
  if (workflows === undefined) {
    throw new AppError('STEP_REGISTRY_UNREACHABLE', `the workflow registry ${registry} is not a folder`, {
      hint: 'check the path in the configuration',
    });
  }
  if (version !== 'latest') {
    throw new AppError(
      'STEP_VERSION_NOT_FOUND',
      `${registry} is not a git repository: it has no version "${version}"`,
      {
        hint: 'leave "version" out to use the files as they are',
      },
    );
  }
  const steps = await listFolders(join(registry, workflow));
  if (steps === undefined) throw missingNameError('the workflow registry', workflow, { names: workflows });
  if (!steps.includes(stepId)) throw missingNameError(`workflow ${workflow}`, stepId, { names: steps });
  const folder = await realpath(join(registry, workflow, stepId));
  if (!folder.startsWith((await realpath(registry)) + sep)) {
    throw new AppError(
      'STEP_UNREADABLE',
      `${workflow}/${stepId} leads out of the workflow registry ${registry}`,
      {
        hint: 'replace the link by the folder that it points to',
      },
    );
  }
  const commit = await findCleanCommit(folder, { signal, environment });
  return { folder, ...(commit !== undefined && { commit }) };
}

/** The visible folders (and links) in a folder; undefined when it is none itself. */
export async function listFolders(path: string): Promise<string[] | undefined> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  return entries
    ?.filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}

/** A work tree, or a bare repository. */
export async function isGitRepository(path: string): Promise<boolean> {
  const exists = (name: string) =>
    stat(join(path, name)).then(
      () => true,
      () => false,
    );
  if (await exists('.git')) return true;
  const parts = await Promise.all(['HEAD', 'objects', 'refs'].map(exists));
  return parts.every(Boolean);
}
