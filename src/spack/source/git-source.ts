import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { findNearestName } from '../../errors/nearest-name.ts';
import { withLock } from '../../exec/lock.ts';
import { makePartialFolder } from '../../files/partial-folder.ts';
import { explainGitFailure, type GitOptions, runGit } from '../../git/git.ts';
import { commitPattern, findRef, hintMissingRef } from '../../git/refs.ts';
import { digestHex, digestOf } from '../../oci/digest.ts';
import { isComplete, readCommit } from './local-source.ts';
import type { LocatedSource, SourceWish } from './source-kind.ts';
import { type SourceOptions, sourcesDirectory } from './source-options.ts';

export type Repository = Pick<GitOptions, 'authorization'> & {
  /** URL, or the path of a local repository; without credentials. */
  readonly url: string;
};

const refPattern = /^[A-Za-z0-9_][\w./+-]*$/;

/**
 * A version of a git repository, in `<cache>/spack/<name>-<version>` with `/` as `-` (and a hash of the
 * address where it is not the default one). A folder that is there already is used without any network,
 * whoever put it there.
 *
 * @throws SPACK_UNAVAILABLE - no such version, unreachable, or not what it should be
 */
export async function obtainFromGit(
  wish: SourceWish,
  repository: Repository,
  options: SourceOptions,
): Promise<LocatedSource> {
  const { kind, origin } = wish;
  const { version } = origin;
  const folder = planGitFolder(wish, repository, options);
  const present = await findPresent(folder, wish, options);
  if (present !== undefined) return present;
  await mkdir(dirname(folder), { recursive: true });
  return withLock(`${folder}.lock`, options, async () => {
    const meanwhile = await findPresent(folder, wish, options);
    if (meanwhile !== undefined) return meanwhile;
    options.onProgress?.(`Fetch ${kind.title} ${version} from ${repository.url}`);
    await clone(folder, { wish, repository, options });
    const commit = await readCommit(folder, options);
    return { folder, ...(commit !== undefined && { commit }) };
  });
}

/**
 * Absolute path of the folder of a version of a git repository.
 *
 * @throws SPACK_UNAVAILABLE - it is no name of a version
 */
export function planGitFolder(
  { kind, origin }: SourceWish,
  { url }: Repository,
  options: SourceOptions,
): string {
  const { version } = origin;
  if (!refPattern.test(version) || version.includes('..')) {
    throw new AppError(
      'SPACK_UNAVAILABLE',
      `${JSON.stringify(version)} is no version of ${kind.title}: write a branch, tag or commit`,
    );
  }
  const suffix = origin.source === kind.defaultSource ? '' : `-${shortHash(url)}`;
  return join(sourcesDirectory(options), `${kind.name}-${version.replaceAll('/', '-')}${suffix}`);
}

/** The commit of a version whose name may move, asked of the repository. */
export async function resolveCommit(
  { kind, origin }: SourceWish,
  repository: Repository,
  options: SourceOptions,
): Promise<string> {
  const { version } = origin;
  const git = toGitOptions(repository, options);
  const found = await findRef(repository.url, version, git).catch((error) => {
    throw toUnavailable(error, { kind, origin }, repository);
  });
  if (found.kind === 'commit') return found.commit;
  const nearest = findNearestName(version, found.names);
  throw new AppError('SPACK_UNAVAILABLE', `${repository.url} has no version "${version}" of ${kind.title}`, {
    hint: hintMissingRef(version, found.names, nearest),
  });
}

async function findPresent(
  folder: string,
  { kind }: SourceWish,
  options: SourceOptions,
): Promise<LocatedSource | undefined> {
  if (!(await isComplete(folder, kind))) return undefined;
  const commit = await readCommit(folder, options);
  return { folder, ...(commit !== undefined && { commit }) };
}

type Clone = {
  readonly wish: SourceWish;
  readonly repository: Repository;
  readonly options: SourceOptions;
};

/** One commit without its history, made aside and renamed: no process ever sees half of it. */
async function clone(folder: string, { wish, repository, options }: Clone): Promise<void> {
  const { kind, origin } = wish;
  const partial = await makePartialFolder(dirname(folder));
  const git = { ...toGitOptions(repository, options), cwd: partial };
  try {
    const commit = await resolveCommit(wish, repository, options);
    await runGit(['init', '--quiet', '--template='], git);
    await runGit(['fetch', '--quiet', '--depth=1', '--no-tags', '--', repository.url, commit], git);
    await runGit(['checkout', '--quiet', '--detach', commit], git);
    if (!(await isComplete(partial, kind))) throw toWrongContent(wish, repository);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    throw toUnavailable(error, { kind, origin }, repository);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function toGitOptions({ authorization }: Repository, options: SourceOptions): GitOptions {
  return { signal: options.signal, environment: options.gitEnvironment, authorization };
}

function toWrongContent({ kind, origin }: SourceWish, { url }: Repository): AppError {
  return new AppError('SPACK_UNAVAILABLE', `${url} at ${origin.version} is not ${kind.title}`, {
    hint: `it has no ${kind.marks.join(' or ')}`,
  });
}

function toUnavailable(error: unknown, { kind, origin }: SourceWish, { url }: Repository): unknown {
  const failure = explainGitFailure(error);
  if (failure === undefined) return error;
  const name = `${kind.name}-${origin.version.replaceAll('/', '-')}`;
  const place = commitPattern.test(origin.version) ? '' : ` (or put a checkout into <cache>/spack/${name})`;
  return new AppError(
    'SPACK_UNAVAILABLE',
    `${kind.title} ${origin.version} cannot be fetched from ${url}: ${failure.reason}`,
    {
      hint:
        failure.hint ??
        `check the network and the proxy; without a network, name a local folder, repository or tarball in the configuration${place}`,
      details: { source: url, version: origin.version, lastLines: failure.lastLines },
      cause: error,
    },
  );
}

function shortHash(text: string): string {
  return digestHex(digestOf(text)).slice(0, 8);
}
