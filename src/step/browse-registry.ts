import { join } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { type GitOptions, runGit } from '../git/git.ts';
import { listVersions, type RepositoryVersions } from '../git/refs.ts';
import { isFolderName, isStepName } from '../request/names.ts';
import { parseRegistryAddress } from './git/registry-address.ts';
import { withCommit } from './git/registry-cache.ts';
import { toRegistryError } from './git/registry-error.ts';
import { resolveVersion } from './git/resolve-version.ts';
import { isGitRepository, type LocateOptions, listFolders } from './registry.ts';

/** The folders of a workflow registry that a request can name: its workflows and their steps, in the order of their names. */
export type RegistryListing = {
  /** Absent where the registry is a plain folder. */
  readonly commit?: string;
  readonly workflows: readonly { readonly name: string; readonly steps: readonly string[] }[];
};

/**
 * Lists the workflows of a registry at a version, and their steps.
 *
 * @throws STEP_VERSION_NOT_FOUND, STEP_REGISTRY_INVALID, STEP_REGISTRY_UNREACHABLE
 */
export async function listWorkflows(version: string, options: LocateOptions): Promise<RegistryListing> {
  const place = await findPlace(options);
  if (place.kind === 'folder') {
    if (version !== 'latest') {
      throw new AppError('STEP_VERSION_NOT_FOUND', `the workflow registry has no version "${version}"`, {
        hint: 'it is a plain folder: leave the version out',
      });
    }
    return { workflows: keepNameable(await readWorkflows(place.path)) };
  }
  const { url, git } = place;
  const commit = await resolveVersion(url, version, git);
  const { cacheDirectory } = options;
  const use = ({ directory }: { readonly directory: string }) =>
    runGit(['--git-dir', directory, 'ls-tree', '-z', '-r', '-d', '--name-only', commit], git);
  const { stdout } = await withCommit({ url, cacheDirectory }, commit, { ...git, use });
  return { commit, workflows: keepNameable(toWorkflows(stdout.split('\0'))) };
}

/**
 * Lists the branches and tags of a registry; a plain folder has none.
 *
 * @throws STEP_REGISTRY_INVALID, STEP_REGISTRY_UNREACHABLE
 */
export async function listRegistryVersions(options: LocateOptions): Promise<RepositoryVersions> {
  const place = await findPlace(options);
  if (place.kind === 'folder') return { branches: [], tags: [] };
  try {
    return await listVersions(place.url, place.git);
  } catch (error) {
    throw toRegistryError(error, place.url);
  }
}

type Place =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'git'; readonly url: string; readonly git: GitOptions };

async function findPlace({ registryUrl, signal, environment }: LocateOptions): Promise<Place> {
  const address = parseRegistryAddress(registryUrl);
  if (address.kind === 'remote') {
    const { url, authorization } = address;
    return { kind: 'git', url, git: { signal, environment, authorization } };
  }
  const { path } = address;
  if (await isGitRepository(path)) return { kind: 'git', url: path, git: { signal, environment } };
  return { kind: 'folder', path };
}

async function readWorkflows(registry: string): Promise<RegistryListing['workflows']> {
  const names = await listFolders(registry);
  if (names === undefined) {
    throw new AppError('STEP_REGISTRY_UNREACHABLE', `the workflow registry ${registry} is not a folder`, {
      hint: 'check the path in the configuration',
    });
  }
  const read = async (name: string) => ({
    name,
    steps: ((await listFolders(join(registry, name))) ?? []).sort(),
  });
  return Promise.all(names.sort().map(read));
}

/** @param paths Of folders at any depth; the first level has workflows, the second one steps. */
function toWorkflows(paths: readonly string[]): RegistryListing['workflows'] {
  const steps = new Map<string, string[]>();
  for (const path of paths) {
    const [workflow = '', step, ...deeper] = path.split('/');
    if (workflow === '' || workflow.startsWith('.')) continue;
    const known = steps.get(workflow) ?? [];
    steps.set(workflow, known);
    if (step !== undefined && deeper.length === 0 && !step.startsWith('.')) known.push(step);
  }
  return [...steps].map(([name, names]) => ({ name, steps: names.sort() })).sort(byName);
}

function keepNameable(workflows: RegistryListing['workflows']): RegistryListing['workflows'] {
  return workflows
    .filter(({ name }) => isFolderName(name))
    .map(({ name, steps }) => ({ name, steps: steps.filter(isStepName) }));
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
