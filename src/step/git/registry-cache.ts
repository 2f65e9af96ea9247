import { access, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { makePartialFolder } from '../../files/partial-folder.ts';
import { type GitOptions, runGit } from '../../git/git.ts';
import { digestHex, digestOf } from '../../oci/digest.ts';
import { toRegistryError } from './registry-error.ts';
import { isUnknownCommit } from './resolve-version.ts';

/** A bare clone of a registry with some of its commits, each complete but for contents fetched on demand. */
export type RegistryClone = {
  /** Absolute path of the bare repository. */
  readonly directory: string;
  readonly url: string;
};

/**
 * Uses the cached clone of a registry with one commit in it. When `use` fails on git, the clone may be
 * damaged (disk full, power cut, killed git): it is made anew once before the failure counts.
 *
 * @throws STEP_VERSION_NOT_FOUND - the registry does not have the commit
 * @throws STEP_REGISTRY_UNREACHABLE - git could not fetch it
 */
export async function withCommit<Result>(
  registry: { readonly url: string; readonly cacheDirectory: string },
  commit: string,
  { use, ...options }: GitOptions & { readonly use: (clone: RegistryClone) => Promise<Result> },
): Promise<Result> {
  const clone = { directory: cloneDirectory(registry), url: registry.url };
  const attempt = async () => {
    await ensureClone(clone, options);
    await ensureCommit(clone, commit, options);
    return use(clone);
  };
  try {
    return await attempt().catch(async (error) => {
      if (!isAppError(error, 'EXEC_FAILED') || isFaultElsewhere(error)) throw error;
      await discardClone(clone);
      return attempt();
    });
  } catch (error) {
    throw toRegistryError(error, registry.url);
  }
}

/** The network, the server, the credentials or the disk: a new clone would not help. */
function isFaultElsewhere(error: AppError): boolean {
  const signs =
    /unable to access|could not resolve|connection|timed out|read from remote|SSL|authentication|denied|read Username|dubious|No space/i;
  return signs.test(error.message);
}

/** One clone per registry, under a name that does not show the address. */
function cloneDirectory({ url, cacheDirectory }: { url: string; cacheDirectory: string }): string {
  return join(cacheDirectory, 'registries', `${digestHex(digestOf(url)).slice(0, 16)}.git`);
}

/** Made aside and renamed, so that no process ever sees half a clone. */
async function ensureClone(clone: RegistryClone, options: GitOptions): Promise<void> {
  const { directory, url } = clone;
  if (await isPresent(directory)) {
    if (await isRepository(directory, options)) return;
    await discardClone(clone);
  }
  const partial = await makePartialFolder(dirname(directory));
  try {
    await runGit(['init', '--quiet', '--bare', '--template=', '--', partial], options);
    await runGit(['--git-dir', partial, 'config', 'remote.origin.url', url], options);
    await rename(partial, directory).catch(acceptExisting);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Another process was faster: what it made is as good. */
function acceptExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

async function isPresent(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function isRepository(directory: string, options: GitOptions): Promise<boolean> {
  try {
    const args = ['--git-dir', directory, 'config', '--get', 'remote.origin.url'];
    const { exitCode } = await runGit(args, options);
    return exitCode === 0;
  } catch (error) {
    if (isAppError(error, 'EXEC_FAILED')) return false;
    throw error;
  }
}

/**
 * Fetches a commit alone, with its folders but without file contents where the server can. Its ref is
 * written last: a ref means that the commit is complete, and keeps it from being pruned.
 */
async function ensureCommit(
  { directory, url }: RegistryClone,
  commit: string,
  options: GitOptions,
): Promise<void> {
  const ref = `refs/cic/${commit}`;
  if (await hasRef(directory, ref, options)) return;
  const fetch = ['fetch', '--quiet', '--depth=1', '--filter=blob:none', '--no-tags', '--no-write-fetch-head'];
  try {
    const args = ['--git-dir', directory, ...fetch, '--force', 'origin', `${commit}:${ref}`];
    await runGit(args, { ...options, lockFile: `${directory}.lock` });
  } catch (error) {
    if (!isUnknownCommit(error)) throw error;
    throw new AppError('STEP_VERSION_NOT_FOUND', `the workflow registry ${url} has no commit ${commit}`);
  }
}

async function hasRef(directory: string, ref: string, options: GitOptions): Promise<boolean> {
  try {
    await runGit(['--git-dir', directory, 'show-ref', '--quiet', '--verify', ref], options);
    return true;
  } catch (error) {
    if (isAppError(error, 'EXEC_FAILED')) return false;
    throw error;
  }
}

/** Renamed first, so that other processes see it whole or not at all. */
async function discardClone({ directory }: RegistryClone): Promise<void> {
  const broken = await makePartialFolder(dirname(directory));
  await rename(directory, join(broken, 'clone')).catch(() => undefined);
  await rm(broken, { recursive: true, force: true });
}
