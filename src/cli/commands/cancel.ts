import type { Command } from 'commander';
import { requireData } from '../../client/client.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { findBuild } from '../remote/builds.ts';
import { addConnectionOptions, type ConnectionOptions, connect } from '../remote/connection.ts';

export function registerCancel(program: Command, context: CliContext): void {
  const command = program
    .command('cancel')
    .summary('stop a build of a service')
    .description('Stops a build of a service; nothing of it is published.')
    .argument('<id>', 'id of the build, or its first digits');
  addConnectionOptions(command).action(async (prefix: string, options: ConnectionOptions) => {
    const { client } = await connect(options, context);
    const { id } = await findBuild(client, prefix);
    await requireData(client.POST('/api/v1/builds/{id}/cancel', { params: { path: { id } } }));
    const { good } = createPaint(context.stderr, context.env);
    context.stderr.write(`${good('✓')} ${id} is being stopped\n`);
  });
}
