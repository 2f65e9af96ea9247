import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Provider from 'oidc-provider';

export const clientSecret = 'a secret of the client, long enough';

/** A real provider of OpenID Connect on this machine, over TLS with an authority of its own. */
export type OidcServer = {
  readonly issuer: string;
  /** PEM file of its authority. */
  readonly caFile: string;
  /** File with {@link clientSecret}. */
  readonly secretFile: string;
  /** Goes the way of a browser, from the URL that a login begins with to the one that leads back to CIC. */
  logIn(url: string, account: string): Promise<string>;
  stop(): Promise<void>;
};

/** Everybody may log in, with any password; `boss` is in the group `cic-admins`. */
export async function startOidcServer(redirectUris: readonly string[]): Promise<OidcServer> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-oidc-'));
  const { key, cert, caFile } = await makeCertificate(folder);
  const secretFile = join(folder, 'client-secret');
  await writeFile(secretFile, `${clientSecret}\n`);
  const server = createServer({ key, cert }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
  const provider = createProvider(issuer, redirectUris);
  server.on('request', provider.callback());
  const agent = new Agent({ ca: cert });
  return {
    issuer,
    caFile,
    secretFile,
    logIn: (url, account) => logIn(url, { account, issuer, agent }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function createProvider(issuer: string, redirectUris: readonly string[]): Provider {
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'cic', client_secret: clientSecret, redirect_uris: [...redirectUris] }],
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], email: ['email'] },
    pkce: { required: () => true },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({
        sub,
        preferred_username: sub,
        email: `${sub}@example.org`,
        groups: sub === 'boss' ? ['cic-admins'] : [],
      }),
    }),
  });
  return provider;
}

/** @returns Path of what a service trusts: what this machine does, for builds, and the provider's own authority. */
export async function trustProvider({ caFile }: OidcServer): Promise<string> {
  const file = join(caFile, '../bundle.pem');
  const system = await readFile('/etc/ssl/certs/ca-certificates.crt', 'utf8');
  await writeFile(file, system + (await readFile(caFile, 'utf8')));
  return file;
}

async function makeCertificate(folder: string): Promise<{ key: string; cert: string; caFile: string }> {
  const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const files = ['-keyout', keyFile, '-out', caFile];
  execFileSync('openssl', ['req', ...kind, ...subject, ...files], { stdio: 'ignore' });
  return { key: await readFile(keyFile, 'utf8'), cert: await readFile(caFile, 'utf8'), caFile };
}

type Browser = { readonly account: string; readonly issuer: string; readonly agent: Agent };
type Page = { readonly location?: string; readonly body: string };

/** Follows redirects, and fills in the two forms of the provider: who one is, and what CIC may know. */
async function logIn(start: string, { account, issuer, agent }: Browser): Promise<string> {
  const jar = new Map<string, string>();
  let url = start;
  for (let step = 0; step < 20 && url.startsWith(issuer); step += 1) {
    const page = await visit(url, { jar, agent });
    if (page.location !== undefined) {
      url = new URL(page.location, url).href;
      continue;
    }
    const [, action = ''] = /<form[^>]* action="([^"]+)"/.exec(page.body) ?? [];
    const [, prompt = ''] = /name="prompt" value="(\w+)"/.exec(page.body) ?? [];
    const form = new URLSearchParams({
      prompt,
      ...(prompt === 'login' && { login: account, password: 'any' }),
    });
    const sent = await visit(new URL(action, url).href, { jar, agent, form: form.toString() });
    if (sent.location === undefined)
      throw new Error(`the provider shows a page:\n${sent.body.slice(0, 2000)}`);
    url = new URL(sent.location, url).href;
  }
  return url;
}

type Visit = { readonly jar: Map<string, string>; readonly agent: Agent; readonly form?: string };

function visit(url: string, { jar, agent, form }: Visit): Promise<Page> {
  const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
  const headers = {
    cookie,
    ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
  };
  return new Promise((resolve, reject) => {
    const method = form === undefined ? 'GET' : 'POST';
    const sent = request(url, { method, headers, agent }, async (answer) => {
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        jar.set(name, value);
      }
      let body = '';
      for await (const chunk of answer.setEncoding('utf8')) body += chunk;
      resolve({ body, ...(answer.headers.location !== undefined && { location: answer.headers.location }) });
    });
    sent.on('error', reject).end(form);
  });
}
