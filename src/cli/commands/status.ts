import type { Command } from 'commander';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { findBuild } from '../remote/builds.ts';
import { addConnectionOptions, type ConnectionOptions, connect } from '../remote/connection.ts';
import { formatBuild } from '../report/builds.ts';

type StatusOptions = ConnectionOptions & { readonly json?: true };

export function registerStatus(program: Command, context: CliContext): void {
  const command = program
    .command('status')
    .summary('show a build of a service')
    .description('Shows how far a build of a service is, and what it has made.')
    .argument('<id>', 'id of the build, or its first digits')
    .option('--json', 'print JSON');
  addConnectionOptions(command).action(async (id: string, options: StatusOptions) => {
    const { client } = await connect(options, context);
    const build = await findBuild(client, id);
    const { stdout, env } = context;
    stdout.write(
      options.json
        ? `${JSON.stringify(build, null, 2)}\n`
        : formatBuild(build, new Date(), createPaint(stdout, env)),
    );
  });
}
