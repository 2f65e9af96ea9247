import { type Command, InvalidArgumentError, Option } from 'commander';
import { requireData } from '../../client/client.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import type { RemoteBuild } from '../remote/builds.ts';
import {
  addConnectionOptions,
  type Connection,
  type ConnectionOptions,
  connect,
} from '../remote/connection.ts';
import { formatBuilds } from '../report/builds.ts';

const states = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out'] as const;
const pageSize = 200;

type ListOptions = ConnectionOptions & {
  readonly state?: (typeof states)[number];
  readonly search?: string;
  readonly all?: true;
  readonly limit: number;
  readonly json?: true;
};

export function registerList(program: Command, context: CliContext): void {
  const command = program
    .command('list')
    .summary('list the builds of a service')
    .description('Lists your builds at a service, the newest first.')
    .addOption(new Option('--state <state>', 'only those in this state').choices(states))
    .option('--search <text>', 'only those with this in workflow, step, version, machine or id')
    .option('--all', 'those of all users, for administrators')
    .option('-n, --limit <number>', 'so many at most', parseLimit, 20)
    .option('--json', 'print JSON');
  addConnectionOptions(command).action(async (options: ListOptions) => {
    const builds = await listBuilds(await connect(options, context), options);
    const { stdout, env } = context;
    stdout.write(
      options.json
        ? `${JSON.stringify(builds, null, 2)}\n`
        : formatBuilds(builds, new Date(), createPaint(stdout, env)),
    );
  });
}

async function listBuilds(
  { client }: Connection,
  { state, search, all, limit }: ListOptions,
): Promise<RemoteBuild[]> {
  const builds: RemoteBuild[] = [];
  let cursor: string | null = null;
  do {
    const query = {
      owner: all ? ('all' as const) : ('me' as const),
      limit: Math.min(pageSize, limit - builds.length),
      ...(state !== undefined && { state: [state] }),
      ...(search !== undefined && { search }),
      ...(cursor !== null && { cursor }),
    };
    const page: { items: RemoteBuild[]; next: string | null } = await requireData(
      client.GET('/api/v1/builds', { params: { query } }),
    );
    builds.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && builds.length < limit);
  return builds;
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new InvalidArgumentError('It must be a number above 0.');
  return limit;
}
