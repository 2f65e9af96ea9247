import { isAppError } from '../../errors/app-error.ts';
import { type GitOptions, runGit } from './git.ts';
import { commitPattern } from './resolve-version.ts';

/**
 * The commit that a local folder's files are, or undefined: outside of git, without git, or with
 * changed, new or ignored files in the folder.
 */
export async function findCleanCommit(folder: string, options: GitOptions): Promise<string | undefined> {
  const git = async (...args: string[]) => (await runGit(args, { ...options, cwd: folder })).stdout;
  try {
    const changes = await git('status', '--porcelain', '--ignored', '--untracked-files=all', '--', '.');
    const tracked = await git('ls-files', '--', '.');
    if (changes !== '' || tracked === '') return undefined;
    const commit = (await git('rev-parse', '--verify', 'HEAD')).trim();
    return commitPattern.test(commit) ? commit : undefined;
  } catch (error) {
    if (isAppError(error, 'EXEC_FAILED', 'EXEC_NOT_FOUND')) return undefined;
    throw error;
  }
}
