import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Credentials = { readonly user: string; readonly password: string };

export type CredentialsPlace = {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
};

/** Where `skopeo login` and `docker login` leave credentials. @see containers-auth.json(5) */
export function listCredentialsFiles({ env, home }: CredentialsPlace): string[] {
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    ...(env['REGISTRY_AUTH_FILE'] ? [env['REGISTRY_AUTH_FILE']] : []),
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : []),
    `/run/containers/${process.getuid?.() ?? 0}/auth.json`,
    join(home, '.config', 'containers', 'auth.json'),
    join(home, '.docker', 'config.json'),
  ];
}

/** The credentials for a repository from the first file that has some; programs that keep them are not asked. */
export async function readCredentials(
  files: readonly string[],
  repository: string,
): Promise<Credentials | undefined> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const found = text === undefined ? undefined : findCredentials(text, repository);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The credentials of the longest entry that the repository lies under.
 *
 * @param repository `host[:port]/path`
 */
export function findCredentials(text: string, repository: string): Credentials | undefined {
  const auths = parseAuths(text);
  const parts = repository.split('/');
  for (let length = parts.length; length > 0; length--) {
    const auth = auths.get(parts.slice(0, length).join('/'));
    if (auth !== undefined) return decode(auth);
  }
  return undefined;
}

/** Docker writes some hosts as URLs. */
function parseAuths(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { auths } = parseJson(text) as { auths?: Record<string, { auth?: unknown } | null> };
  for (const [key, entry] of Object.entries(auths ?? {})) {
    const name = key.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '');
    if (typeof entry?.auth === 'string' && entry.auth !== '') found.set(name, entry.auth);
  }
  return found;
}

function parseJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function decode(auth: string): Credentials | undefined {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
