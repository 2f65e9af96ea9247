import { type Command, InvalidArgumentError } from 'commander';
import { formatConfig } from '../../config/format-config.ts';
import { type ReadSettings, readSettings } from '../../config/read-config.ts';
import { createLogger } from '../../serve/logger.ts';
import { type Service, serve } from '../../serve/serve.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';

type ServeCommandOptions = {
  readonly host?: string;
  readonly port?: number;
  readonly data?: string;
  readonly config?: string;
};

export function registerServe(program: Command, context: CliContext): void {
  program
    .command('serve')
    .summary('run the service: REST API and builds for many users')
    .description(
      'Runs CIC as a service on this machine, with a database of its own. The first administrator is `admin`; its ' +
        'password is CIC_ADMIN_PASSWORD, or is made up and shown at the first start.',
    )
    .option('--host <host>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on (default: 8080)', parsePort)
    .option('--data <dir>', 'folder for database, logs and SIF files')
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .action((options: ServeCommandOptions) => runServe(options, context));
}

async function runServe(options: ServeCommandOptions, context: CliContext): Promise<void> {
  const { data, host, port } = options;
  const settings = await readSettings(options.config, readMachine(context));
  const { config } = settings;
  const service = {
    ...config.service,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(data !== undefined && { dataDirectory: data }),
  };
  const log = createLogger('service', service.logLevel);
  const complete = { ...settings, config: { ...config, service }, variables: addOptions(settings, options) };
  const running = await serve({
    config: complete.config,
    settings: formatConfig(complete, context.env['DATABASE_URL']),
    env: context.env,
    log,
  });
  context.stderr.write(formatStart(running));
  log.info({ url: running.url }, 'the service listens');
  const failure = await Promise.race([running.failed, untilAborted(context.signal)]);
  log.info('the service ends');
  await running.stop();
  if (failure !== undefined) throw failure;
}

/** Options of the command line win over file and environment: they are where a value comes from. */
function addOptions(
  { variables }: Pick<ReadSettings, 'variables'>,
  { host, port, data }: ServeCommandOptions,
): ReadSettings['variables'] {
  const given = Object.entries({ host, port, data }).filter(([, value]) => value !== undefined);
  return new Map([...variables, ...given.map(([name]) => [`service.${name}`, `--${name}`] as const)]);
}

function formatStart({ url, adminPassword }: Service): string {
  const password =
    adminPassword === undefined
      ? ''
      : `The password of the first administrator, shown only now:\n\n    admin  ${adminPassword}\n\n`;
  return `${password}CIC listens on ${url}\n`;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number up to 65535.');
  return port;
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
