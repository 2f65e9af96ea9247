import type { Command } from 'commander';
import { requireData } from '../../client/client.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { ask, readSecretFromInput } from '../remote/ask.ts';
import { addTrustOptions, type Connection, openConnection, parseServiceUrl } from '../remote/connection.ts';
import { credentialsPath, readCredentials, writeCredentials } from '../remote/credentials.ts';
import type { TrustOptions } from '../remote/trust.ts';

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
      'Logs in to a service and keeps a token for it, readable for you alone. With a name and a password the token\n' +
        'lasts for a day; for longer make one on the account page of the service and give it with --token.',
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
  const { token, duration } = await requireData(client.GET('/login'));
  return { token, user, expires_at: new Date(Date.now() + duration * 1000).toISOString() };
}

/** @throws AUTH_INVALID */
async function checkToken(url: string, given: string, options: LoginOptions): Promise<Grant> {
  const token = given === '-' ? await readSecretFromInput() : given;
  const connection: Connection = await openConnection({ url, authorization: `Bearer ${token}` }, options);
  await requireData(connection.client.GET('/api/v1/builds', { params: { query: { limit: 1 } } }));
  return { token };
}
