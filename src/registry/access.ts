import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Credentials, listCredentialsFiles, readCredentials } from './credentials.ts';
import { createHttpSender } from './http.ts';
import type { RepositoryAccess } from './repository-session.ts';

/** A registry that images are pushed to. */
export type RegistryAccess = {
  /** Credentials file in the form that `docker login` and `skopeo login` write. */
  readonly credentialsFile?: string;
  /** Instead of a file. */
  readonly credentials?: Credentials;
  /** PEM bundle with the certificate authorities that sign the registry's certificate. */
  readonly caBundle?: string;
  /** True for a registry on plain HTTP or with a certificate that cannot be checked. */
  readonly insecure?: boolean;
};

/** @param repository `host[:port]/path` */
export async function openRepository(
  repository: string,
  { credentialsFile, credentials, caBundle, insecure }: RegistryAccess,
  signal?: AbortSignal,
): Promise<RepositoryAccess> {
  const files = credentialsFile
    ? [credentialsFile]
    : listCredentialsFiles({ env: process.env, home: homedir() });
  const slash = repository.indexOf('/');
  return {
    host: repository.slice(0, slash),
    path: repository.slice(slash + 1),
    credentials: credentials ?? (await readCredentials(files, repository)),
    send: createHttpSender({
      ...(caBundle !== undefined && { ca: await readFile(caBundle, 'utf8') }),
      ...(insecure !== undefined && { insecure }),
    }),
    signal,
  };
}

/** skopeo takes credentials as a file: on its command line all users of the machine would see them. */
export async function withCredentialsFile<T>(
  access: RegistryAccess,
  reference: string,
  use: (access: RegistryAccess) => Promise<T>,
): Promise<T> {
  if (access.credentials === undefined) return use(access);
  const { user, password } = access.credentials;
  const folder = await mkdtemp(join(tmpdir(), 'cic-credentials-'));
  try {
    const credentialsFile = join(folder, 'auth.json');
    const auth = Buffer.from(`${user}:${password}`).toString('base64');
    const [host = ''] = reference.split('/');
    await writeFile(credentialsFile, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
    return await use({ ...access, credentialsFile });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
