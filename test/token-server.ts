import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** How clients of a registry log in. */
export type Login = {
  /** What a registry's configuration says of it. */
  readonly auth: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
};

export type TokenServerOptions = {
  readonly address: string;
  /** Paths of what it signs with, and answers over TLS with. */
  readonly key: string;
  readonly certificate: string;
  /** `user:password` */
  readonly login: string;
};

const service = 'registry of the test';
const issuer = 'tokens of the test';

/**
 * Gives tokens for a registry to who knows the password.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export async function startTokenServer(options: TokenServerOptions): Promise<Login> {
  const { address, key, certificate, login } = options;
  const tls = { key: await readFile(key), cert: await readFile(certificate) };
  const expected = `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer(tls, (request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401).end();
      return;
    }
    const scopes = new URL(request.url ?? '/', 'https://localhost').searchParams.getAll('scope');
    response.end(JSON.stringify({ token: formatToken(scopes, tls), expires_in: 300 }));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  const realm = `https://${address}:${port}/token`;
  return {
    auth: { token: { realm, service, issuer, rootcertbundle: certificate } },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Signer = { readonly key: Buffer; readonly cert: Buffer };

/** @param scopes `repository:NAME:pull,push` */
function formatToken(scopes: readonly string[], { key, cert }: Signer): string {
  const now = Math.floor(Date.now() / 1000);
  const access = scopes.map((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    return { type, name, actions: actions.split(',') };
  });
  const claims = { iss: issuer, sub: 'cic', aud: service, nbf: now - 10, iat: now, exp: now + 300 };
  const chain = [new X509Certificate(cert).raw.toString('base64')];
  const parts = [
    { typ: 'JWT', alg: 'RS256', x5c: chain },
    { ...claims, jti: randomUUID(), access },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = sign('RSA-SHA256', Buffer.from(parts.join('.')), createPrivateKey(key));
  return [...parts, signature.toString('base64url')].join('.');
}
