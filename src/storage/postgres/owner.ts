import { chown } from 'node:fs/promises';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { run } from '../../exec/run.ts';

/** Who PostgreSQL runs as: it refuses root, so root hands it to another user. */
export type PostgresOwner = { readonly uid: number; readonly gid: number } | 'self';

/** The first of these users that the machine has; `nobody` is everywhere. */
const candidates = ['cic', 'postgres', 'nobody'] as const;

export async function choosePostgresOwner(): Promise<PostgresOwner> {
  if (process.getuid?.() !== 0) return 'self';
  for (const name of candidates) {
    const uid = await lookUp(name, '-u');
    const gid = await lookUp(name, '-g');
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new AppError(
    'STORAGE_UNAVAILABLE',
    'PostgreSQL does not run as root, and there is no user to run it as',
    {
      hint: 'start CIC as another user, add a user `cic`, or set DATABASE_URL',
    },
  );
}

async function lookUp(name: string, flag: '-u' | '-g'): Promise<number | undefined> {
  const { exitCode, stdout } = await run({ file: 'id', args: [flag, name] }, { acceptExitCodes: [0, 1] });
  return exitCode === 0 ? Number(stdout.trim()) : undefined;
}

/** The command as the owner runs it, without any of root's rights. */
export function asOwner(command: Command, owner: PostgresOwner): Command {
  if (owner === 'self') return command;
  const args = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--no-new-privs'];
  return { ...command, file: 'setpriv', args: [...args, command.file, ...command.args] };
}

export async function giveToOwner(path: string, owner: PostgresOwner): Promise<void> {
  if (owner !== 'self') await chown(path, owner.uid, owner.gid);
}

/** @throws STORAGE_UNAVAILABLE - the owner may not enter a folder above */
export async function requireEntry(path: string, owner: PostgresOwner): Promise<void> {
  try {
    await run(asOwner({ file: 'test', args: ['-x', path] }, owner));
  } catch (cause) {
    if (isAppError(cause, 'EXEC_NOT_FOUND')) throw cause;
    const user = owner === 'self' ? 'this user' : `user ${owner.uid}`;
    throw new AppError('STORAGE_UNAVAILABLE', `PostgreSQL runs as ${user}, who may not enter ${path}`, {
      hint: 'keep the data where every user may pass, such as --data /var/lib/cic',
      cause,
    });
  }
}
