import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';
import { requireData } from '../../client/client.ts';
import { followBuild } from '../../client/follow-build.ts';
import { formatEvent } from '../../service/log/log-entry.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { findBuild } from '../remote/builds.ts';
import {
  addConnectionOptions,
  type Connection,
  type ConnectionOptions,
  connect,
} from '../remote/connection.ts';

type LogsOptions = ConnectionOptions & { readonly follow?: true };

export function registerLogs(program: Command, context: CliContext): void {
  const command = program
    .command('logs')
    .summary('print the log of a build of a service')
    .description('Prints the log of a build of a service.')
    .argument('<id>', 'id of the build, or its first digits')
    .option('-f, --follow', 'go on until the build has ended, also when the connection is lost meanwhile');
  addConnectionOptions(command).action(async (prefix: string, options: LogsOptions) => {
    const connection = await connect(options, context);
    const { id } = await findBuild(connection.client, prefix);
    await (options.follow ? followLog(id, connection, context) : printLog(id, connection, context));
  });
}

/** What the build printed is text: it must not steer the terminal. */
function toPlain(text: string): string {
  return stripVTControlCharacters(text);
}

async function printLog(id: string, { client }: Connection, { stdout, signal }: CliContext): Promise<void> {
  const answer = client.GET('/api/v1/builds/{id}/log', {
    params: { path: { id } },
    parseAs: 'stream',
    signal,
  });
  const body = (await requireData(answer)) as unknown as AsyncIterable<Uint8Array> | null;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body ?? []) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    stdout.write(toPlain(text.slice(0, end)));
    rest = text.slice(end);
  }
  stdout.write(toPlain(rest));
}

async function followLog(id: string, { client }: Connection, context: CliContext): Promise<void> {
  const { stdout, stderr, env, signal } = context;
  const { warning } = createPaint(stderr, env);
  const onLost = () => stderr.write(`${warning('!')} the connection was lost; trying again\n`);
  for await (const { event } of followBuild(client, id, { signal, onLost })) {
    const line = formatEvent(event);
    if (line !== undefined) stdout.write(`${toPlain(line)}\n`);
  }
}
