import { hostname } from 'node:os';
import type { Command } from 'commander';
import { requireData } from '../../client/client.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { ask, readSecretFromInput } from '../remote/ask.ts';
import { addTrustOptions, type Connection, openConnection, parseServiceUrl } from '../remote/connection.ts';
import { credentialsPath, readCredentials, writeCredentials } from '../remote/credentials.ts';
import type { TrustOptions } from '../remote/trust.ts';

/** Enough for every command but those of administrators. */
const tokenScopes: ('read' | 'build')[] = ['read', 'build'];
const tokenDays = 90;
const dayMs = 24 * 3600 * 1000;

type LoginOptions = TrustOptions & {
  readonly user?: string;
  readonly passwordStdin?: true;
  readonly token?: string;
};

export function registerLogin(program: Command, context: CliContext): void {
  const command = program
    .command('login')
    .summary('log in to a service')
    .description(
      'Logs in to a service and keeps a token for it, readable for you alone. With a name and a password a token\n' +
        'is made that lasts for 90 days and can see and build; give another one with --token.',
    )
    .argument('<url>', 'the service, such as https://cic.example.org/image_creation')
    .option('-u, --user <name>', 'user name; asked for where it is missing')
    .option('--password-stdin', 'read the password from standard input')
    .option('--token <token>', 'an API token; - reads it from standard input');
  addTrustOptions(command).action((url: string, options: LoginOptions) => login(url, options, context));
}

type Grant = { readonly token: string; readonly user?: string; readonly expires_at?: string };

async function login(address: string, options: LoginOptions, context: CliContext): Promise<void> {
  const url = await findService(parseServiceUrl(address), options);
  const grant =
    options.token === undefined
      ? await askForToken(url, options)
      : await checkToken(url, options.token, options);
  const credentials = await readCredentials(context.env);
  const services = { ...credentials.services, [url]: grant };
  await writeCredentials({ current: url, services }, context.env);
  const { good, dim } = createPaint(context.stderr, context.env);
  const until = grant.expires_at === undefined ? '' : ` until ${new Date(grant.expires_at).toLocaleString()}`;
  context.stderr.write(
    `${good('✓')} logged in to ${url}${until} ${dim(`(${credentialsPath(context.env)})`)}\n`,
  );
}

/** People know the host; the base path is most often the default one. */
async function findService(url: string, trust: TrustOptions): Promise<string> {
  const isCic = async (candidate: string) => {
    const { client } = await openConnection({ url: candidate }, trust);
    return requireData(client.GET('/api/v1/version')).then(
      () => true,
      (error) => {
        if (isAppError(error, 'SERVICE_UNREACHABLE')) throw error;
        return false;
      },
    );
  };
  const withBasePath = `${url}/image_creation`;
  if (!(await isCic(url)) && (await isCic(withBasePath))) return withBasePath;
  return url;
}

async function askForToken(url: string, options: LoginOptions): Promise<Grant> {
  const user = options.user ?? (await ask('User name: '));
  const password = options.passwordStdin
    ? await readSecretFromInput()
    : await ask('Password: ', { isSecret: true });
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const { client } = await openConnection({ url, authorization: `Basic ${basic}` }, options);
  const expiresAt = new Date(Date.now() + tokenDays * dayMs).toISOString();
  const body = { name: `cic on ${hostname()}`.slice(0, 100), scopes: tokenScopes, expires_at: expiresAt };
  const { token } = await requireData(client.POST('/api/v1/account/tokens', { body }));
  return { token, user, expires_at: expiresAt };
}

/** @throws AUTH_INVALID */
async function checkToken(url: string, given: string, options: LoginOptions): Promise<Grant> {
  const token = given === '-' ? await readSecretFromInput() : given;
  const connection: Connection = await openConnection({ url, authorization: `Bearer ${token}` }, options);
  await requireData(connection.client.GET('/api/v1/builds', { params: { query: { limit: 1 } } }));
  return { token };
}
