import { type Command, Option } from 'commander';
import { createServiceClient, type ServiceAddress, type ServiceClient } from '../../client/client.ts';
import { AppError } from '../../errors/app-error.ts';
import type { CliContext } from '../io.ts';
import { readCredentials } from './credentials.ts';
import { type TrustOptions, trustAuthorities } from './trust.ts';

export type ConnectionOptions = TrustOptions & { readonly service?: string };

/** A service that this command speaks to. */
export type Connection = ServiceAddress & { readonly client: ServiceClient };

/** Options of every command that speaks to a service. */
export function addConnectionOptions(command: Command): Command {
  return addTrustOptions(
    command.addOption(
      new Option('--service <url>', 'the service (default: the one of the last `cic login`)').env(
        'CIC_SERVICE',
      ),
    ),
  );
}

export function addTrustOptions(command: Command): Command {
  return command
    .option('--ca <file>', 'certificate authority of the service, PEM, besides those of this machine')
    .option('--insecure', 'accept any certificate');
}

/**
 * Opens a connection with the token of `cic login`, or of the variable `CIC_TOKEN`.
 *
 * @throws AUTH_REQUIRED - nobody has logged in; CONFIG_INVALID, FILE_UNREADABLE
 */
export async function connect(options: ConnectionOptions, { env }: CliContext): Promise<Connection> {
  const credentials = await readCredentials(env);
  const named = options.service ?? credentials.current;
  if (named === undefined) {
    throw new AppError('AUTH_REQUIRED', 'no service is known', { hint: 'log in with `cic login <url>`' });
  }
  const url = parseServiceUrl(named);
  const token = env['CIC_TOKEN'] || credentials.services[url]?.token;
  if (token === undefined) {
    throw new AppError('AUTH_REQUIRED', `you are not logged in to ${url}`, {
      hint: `log in with \`cic login ${url}\`, or set CIC_TOKEN`,
    });
  }
  return openConnection({ url, authorization: `Bearer ${token}` }, options);
}

export async function openConnection(address: ServiceAddress, trust: TrustOptions): Promise<Connection> {
  await trustAuthorities(address.url, trust);
  return { ...address, client: createServiceClient(address) };
}

/** @throws CONFIG_INVALID - it is no address of a web service */
export function parseServiceUrl(text: string): string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new AppError('CONFIG_INVALID', `${JSON.stringify(text)} is no address of a service`, {
      hint: 'such as https://cic.example.org/image_creation',
    });
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
