import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createEngines } from '../../app.ts';
import { readConfig } from '../../config/read-config.ts';
import { selectEngine } from '../../engine/select-engine.ts';
import { applyRetention } from '../../serve/retention.ts';
import { withDatabase } from '../../serve/with-database.ts';
import type { RemovalKind } from '../../service/retention/clean.ts';
import { createRetentionStore } from '../../storage/retention-store.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';
import { formatBytes } from '../progress/format.ts';

type Options = { readonly dryRun?: boolean; readonly data?: string; readonly config?: string };

const kindNames: Readonly<Record<RemovalKind, string>> = {
  build: 'build',
  log: 'log of build',
  image: 'image',
  leftover: 'left by a crash',
  'engine-image': 'engine cache',
};

export function registerRetention(program: Command, context: CliContext): void {
  program
    .command('retention')
    .summary('remove what is older or larger than the configuration allows')
    .description(
      'Does now what the service does each hour: removes builds, logs, SIF files and images of the engine beyond ' +
        'service.retention, and what crashes have left. The service may run meanwhile.',
    )
    .option('-n, --dry-run', 'only show what would go')
    .option('--data <dir>', 'data folder of the service')
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .action((options: Options) => runRetention(options, context));
}

async function runRetention(
  { dryRun = false, data, config: file }: Options,
  context: CliContext,
): Promise<void> {
  const config = await readConfig(file, readMachine(context));
  const root = data === undefined ? config.service.dataDirectory : resolve(context.cwd(), data);
  const total = { count: 0, bytes: 0 };
  const isDone = await withDatabase({ ...config.service, dataDirectory: root }, (database) =>
    applyRetention({
      config,
      store: createRetentionStore(database),
      findEngine: () =>
        selectEngine(config.engine.kind, createEngines(config), { signal: context.signal }).catch(
          () => undefined,
        ),
      images: join(root, 'images'),
      builds: join(root, 'builds'),
      dryRun,
      onRemoval({ kind, name, sizeBytes }) {
        total.count += 1;
        total.bytes += sizeBytes;
        context.stdout.write(`${kindNames[kind]}\t${name}\t${formatBytes(sizeBytes)}\n`);
      },
    }),
  );
  const verb = dryRun ? 'would be removed' : 'removed';
  context.stderr.write(
    isDone
      ? `${total.count} ${verb}, ${formatBytes(total.bytes)}\n`
      : 'the service does this at the moment: nothing was done\n',
  );
}
