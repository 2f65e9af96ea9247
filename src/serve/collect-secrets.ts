import { readFile } from 'node:fs/promises';
import type { Config } from '../config/config.ts';

/**
 * Every secret of the configuration, for logs to be masked with, also as the `name:password` that Basic authentication
 * encodes; files that cannot be read hold none for a log.
 */
export async function collectSecrets(config: Config): Promise<readonly string[]> {
  const { registry, network, spack, service } = config;
  const authFiles = [registry?.credentialsFile, spack.cacheCredentialsFile];
  const fromAuth = await Promise.all(authFiles.map((file) => readText(file).then(secretsOfAuthFile)));
  const apt = secretsOfAptAuth(await readText(network.aptAuthFile));
  const oidcSecret = (await readText(service.oidc?.clientSecretFile)).trim();
  const urls = [network.proxy.http, network.proxy.https, config.workflowRegistry, service.databaseUrl];
  return [
    ...new Set([
      ...(registry?.credentials ? [registry.credentials.password] : []),
      ...fromAuth.flat(),
      ...apt,
      ...(oidcSecret ? [oidcSecret] : []),
      ...urls.flatMap(secretsOfUrl),
    ]),
  ];
}

async function readText(file: string | undefined): Promise<string> {
  return file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
}

/** @see containers-auth.json(5) */
function secretsOfAuthFile(text: string): string[] {
  let auths: Record<string, { auth?: string; identitytoken?: string; registrytoken?: string }>;
  try {
    auths = (JSON.parse(text) as { auths?: typeof auths }).auths ?? {};
  } catch {
    return [];
  }
  return Object.values(auths).flatMap(({ auth, identitytoken, registrytoken }) => {
    const password =
      auth &&
      Buffer.from(auth, 'base64')
        .toString()
        .replace(/^[^:]*:/, '');
    return [auth, password, identitytoken, registrytoken].filter((secret) => secret !== undefined);
  });
}

/** @see apt_auth.conf(5) */
function secretsOfAptAuth(text: string): string[] {
  const logins = [...text.matchAll(/\blogin\s+(\S+)\s+password\s+(\S+)/g)];
  const passwords = [...text.matchAll(/\bpassword\s+(\S+)/g)].map(([, password = '']) => password);
  return [...passwords, ...logins.map(([, login, password]) => `${login}:${password}`)];
}

function secretsOfUrl(text: string | undefined): string[] {
  if (text === undefined || !URL.canParse(text)) return [];
  const { username, password } = new URL(text);
  if (password === '') return [];
  const [name, secret] = [username, password].map(decodeURIComponent);
  return [password, secret ?? '', `${name}:${secret}`];
}
