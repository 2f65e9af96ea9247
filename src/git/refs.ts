import { type GitOptions, runGit } from './git.ts';

/** A commit's object name. */
export const commitPattern = /^[0-9a-f]{40}$/;

/** Where a version of a repository is. */
export type FoundRef =
  | { readonly kind: 'commit'; readonly commit: string }
  /** There is no such branch or tag; `names` has those that are there. */
  | { readonly kind: 'missing'; readonly names: readonly string[] };

/**
 * Asks a repository which commit a version is: its default branch for `latest`, else a branch or, where
 * there is none of that name, a tag.
 *
 * @throws EXEC_FAILED, EXEC_NOT_FOUND, CANCELLED - git could not ask
 */
export async function findRef(url: string, version: string, options: GitOptions): Promise<FoundRef> {
  if (commitPattern.test(version)) return { kind: 'commit', commit: version };
  const [branch, tag] = [`refs/heads/${version}`, `refs/tags/${version}`];
  const wanted = version === 'latest' ? ['HEAD'] : [branch, `${tag}^{}`, tag];
  const refs = await listRefs(url, wanted, options);
  const commit = wanted.map((name) => refs.get(name)).find((found) => found !== undefined);
  if (commit !== undefined) return { kind: 'commit', commit };
  return { kind: 'missing', names: version === 'latest' ? [] : await listNames(url, options) };
}

/** Object names by full ref name. Patterns match the ends of names, so there may be more than asked for. */
async function listRefs(
  url: string,
  patterns: readonly string[],
  options: GitOptions,
): Promise<Map<string, string>> {
  const { stdout } = await runGit(['ls-remote', '--', url, ...patterns], options);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => line.split('\t')).map(([commit = '', name = '']) => [name, commit]));
}

async function listNames(url: string, options: GitOptions): Promise<string[]> {
  const { branches, tags } = await listVersions(url, options);
  return [...new Set([...branches, ...tags])];
}

/** Names of a repository's branches and tags. */
export type RepositoryVersions = { readonly branches: readonly string[]; readonly tags: readonly string[] };

/** @throws EXEC_FAILED, EXEC_NOT_FOUND, CANCELLED - git could not ask */
export async function listVersions(url: string, options: GitOptions): Promise<RepositoryVersions> {
  const refs = await listRefs(url, ['refs/heads/*', 'refs/tags/*'], options);
  const namesIn = (folder: string) => {
    const found = [...refs.keys()].filter((name) => name.startsWith(folder));
    return [...new Set(found.map((name) => name.slice(folder.length).replace(/\^\{\}$/, '')))];
  };
  return { branches: namesIn('refs/heads/'), tags: namesIn('refs/tags/') };
}

/** What to write instead of a version that is not there. */
export function hintMissingRef(
  version: string,
  names: readonly string[],
  nearest: string | undefined,
): string {
  if (/^[0-9a-f]{7,39}$/.test(version)) return 'a commit needs all its 40 digits';
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return `choose one that it has: ${names.slice(0, 10).join(', ')}${names.length > 10 ? '…' : ''}`;
}
