import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import { writeWhole } from '../../files/write-whole.ts';

const fileSchema = z.object({
  /** The service that is meant where none is named: the last one that was logged in to. */
  current: z.string().optional(),
  services: z.record(
    z.string(),
    z.object({ token: z.string(), user: z.string().optional(), expires_at: z.string().nullish() }),
  ),
});

/** Tokens by the address of their service. */
export type Credentials = z.infer<typeof fileSchema>;

type Env = Readonly<Record<string, string | undefined>>;

export function credentialsPath(env: Env): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'cic', 'credentials.json');
}

/** @throws CONFIG_INVALID - the file is not what `cic login` writes */
export async function readCredentials(env: Env): Promise<Credentials> {
  const path = credentialsPath(env);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new AppError('CONFIG_INVALID', `${path} cannot be read: ${error.message}`, { cause: error });
  });
  if (text === undefined) return { services: {} };
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `${path} is damaged`, { hint: 'remove it and log in anew', cause });
  }
}

/** For the user's own eyes; written as a whole. */
export async function writeCredentials(credentials: Credentials, env: Env): Promise<void> {
  const path = credentialsPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeWhole(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
}
