import { AppError, isAppError } from '../../errors/app-error.ts';
import { findNearestName } from '../../errors/nearest-name.ts';
import { type GitOptions, runGit, toRegistryError } from './git.ts';

/** A commit's object name. */
export const commitPattern = /^[0-9a-f]{40}$/;

/**
 * Asks the registry which commit a version is: its default branch for `latest`, else a branch or, where
 * there is none of that name, a tag.
 *
 * @throws STEP_VERSION_NOT_FOUND - no such branch or tag
 * @throws STEP_REGISTRY_UNREACHABLE - git could not ask
 */
export async function resolveVersion(url: string, version: string, options: GitOptions): Promise<string> {
  if (commitPattern.test(version)) return version;
  const [branch, tag] = [`refs/heads/${version}`, `refs/tags/${version}`];
  const wanted = version === 'latest' ? ['HEAD'] : [branch, `${tag}^{}`, tag];
  const refs = await listRefs(url, wanted, options);
  const commit = wanted.map((name) => refs.get(name)).find((found) => found !== undefined);
  if (commit !== undefined) return commit;
  throw await toMissingError(url, version, options);
}

/** Object names by full ref name. Patterns match the ends of names, so there may be more than asked for. */
async function listRefs(
  url: string,
  patterns: readonly string[],
  options: GitOptions,
): Promise<Map<string, string>> {
  try {
    const { stdout } = await runGit(['ls-remote', '--', url, ...patterns], options);
    const lines = stdout.split('\n').filter((line) => line !== '');
    return new Map(lines.map((line) => line.split('\t')).map(([commit = '', name = '']) => [name, commit]));
  } catch (error) {
    throw toRegistryError(error, url);
  }
}

async function toMissingError(url: string, version: string, options: GitOptions): Promise<AppError> {
  if (version === 'latest') {
    return new AppError(
      'STEP_VERSION_NOT_FOUND',
      `the workflow registry ${url} has no commits on its default branch`,
    );
  }
  const refs = await listRefs(url, ['refs/heads/*', 'refs/tags/*'], options);
  const names = [...refs.keys()].map((name) =>
    name.replace(/^refs\/(?:heads|tags)\//, '').replace(/\^\{\}$/, ''),
  );
  const nearest = findNearestName(version, names);
  return new AppError(
    'STEP_VERSION_NOT_FOUND',
    `the workflow registry ${url} has no branch or tag "${version}"`,
    {
      hint: missingHint(version, [...new Set(names)], nearest),
      details: { version, ...(nearest !== undefined && { nearest }) },
    },
  );
}

function missingHint(version: string, names: readonly string[], nearest: string | undefined): string {
  if (/^[0-9a-f]{7,39}$/.test(version)) return 'a commit needs all its 40 digits';
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return `it has ${names.slice(0, 10).join(', ')}${names.length > 10 ? '…' : ''}`;
}

/** True for the failure of a fetch because the server does not have the commit. */
export function isUnknownCommit(error: unknown): boolean {
  return (
    isAppError(error, 'EXEC_FAILED') &&
    /not our ref|couldn't find remote ref|no such remote ref/i.test(error.message)
  );
}
