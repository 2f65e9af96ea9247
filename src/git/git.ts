import { type AppError, isAppError } from '../errors/app-error.ts';
import type { Command } from '../exec/command.ts';
import { type RunResult, run } from '../exec/run.ts';

export type GitOptions = {
  readonly signal?: AbortSignal | undefined;
  /** The site's settings for git: certificate authorities, proxies, ssh command. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Value of an HTTP `Authorization` header; a secret. */
  readonly authorization?: string | undefined;
};

export type GitCommandOptions = GitOptions & {
  readonly cwd?: string;
  /** Variables of this one command. */
  readonly variables?: Readonly<Record<string, string>>;
  /** File whose lock is held while git runs; the kernel gives it back when git ends in whatever way. */
  readonly lockFile?: string;
};

/** A stalled transfer ends git; a slow one may take its time. */
const settings = {
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'http.lowSpeedLimit': '100',
  'http.lowSpeedTime': '60',
};

/** Variables of a git that started us (a hook, `git bisect run`) must not lead our git elsewhere. */
const foreignVariables = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'SSH_ASKPASS',
];

/**
 * Runs git: it never prompts, uses no transport but those we allow, and gets secrets by environment.
 *
 * @throws EXEC_FAILED, EXEC_NOT_FOUND, CANCELLED - as {@link run}
 */
export function runGit(args: readonly string[], options: GitCommandOptions): Promise<RunResult> {
  return run(planGit(args, options), { signal: options.signal });
}

/** A git command as data. */
export function planGit(args: readonly string[], options: GitCommandOptions): Command {
  const { lockFile, cwd } = options;
  const config = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const git = ['git', ...config, ...args];
  const [file = 'git', ...rest] = lockFile === undefined ? git : ['flock', '--no-fork', lockFile, ...git];
  return {
    file,
    args: rest,
    ...(cwd !== undefined && { cwd }),
    env: { ...planEnvironment(options), ...options.variables },
  };
}

function planEnvironment({ environment, authorization }: GitOptions): Record<string, string | undefined> {
  const sshCommand = process.env['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes -oConnectTimeout=30';
  return {
    ...Object.fromEntries(foreignVariables.map((name) => [name, undefined])),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: 'file:https:ssh',
    GIT_SSH_COMMAND: sshCommand,
    ...(authorization !== undefined && {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.extraHeader',
      GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
    }),
    ...environment,
  };
}

const advice: readonly (readonly [RegExp, string])[] = [
  [
    /dubious ownership/,
    'the repository belongs to another user: git config --global --add safe.directory <path>',
  ],
  [
    /SSL certificate|server certificate/i,
    "name the file with the site's certificate authorities in the configuration",
  ],
  [
    /could not read Username|Authentication failed|Permission denied|error: 40[13]/i,
    'check the credentials of git for it',
  ],
  [/No space left/i, 'free some disk space'],
  [/Host key verification failed/i, "add the server's host key to known_hosts"],
];

/** Why git failed, without credentials, and what to do about it where that is known. */
export type GitFailure = {
  readonly reason: string;
  readonly hint?: string;
  /** The last lines that git wrote. */
  readonly lastLines: readonly string[];
};

/** Reads a failure of git; undefined for an error of another kind. */
export function explainGitFailure(error: unknown): GitFailure | undefined {
  if (!isAppError(error, 'EXEC_FAILED', 'EXEC_TIMEOUT')) return undefined;
  const lastLines = linesOf(error).map(maskCredentials);
  const text = lastLines.join('\n');
  const reason =
    lastLines.find((line) => /^(?:fatal|error|remote):/.test(line)) ?? lastLines.at(-1) ?? 'git failed';
  const hint = advice.find(([pattern]) => pattern.test(text))?.[1];
  return { reason, lastLines, ...(hint !== undefined && { hint }) };
}

/** Takes user names and passwords out of every URL in a text. */
export function maskCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1');
}

/** The last lines that git wrote before it failed. */
function linesOf(error: AppError): string[] {
  const lines = error.details['lastLines'];
  return Array.isArray(lines) ? lines.map(String) : [];
}
