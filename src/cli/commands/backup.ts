import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../config/read-config.ts';
import { restoreBackup } from '../../serve/restore.ts';
import { withDatabase } from '../../serve/with-database.ts';
import { writeBackup } from '../../storage/backup/write-backup.ts';
import { readVersion } from '../../version.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';
import { formatBytes } from '../progress/format.ts';

type Options = { readonly data?: string; readonly config?: string };

export function registerBackup(program: Command, context: CliContext): void {
  program
    .command('backup')
    .summary('write the database of the service into a file')
    .description(
      'Writes accounts, builds and images (not the files: see docs/service.md) as they are at this moment, whether the ' +
        'service runs or not. The file holds hashes of passwords and tokens.',
    )
    .requiredOption('-o, --output <file>', 'file to write, such as cic.backup.gz')
    .option('--data <dir>', 'data folder of the service')
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .action(async ({ output, ...options }: Options & { readonly output: string }) => {
      const path = resolve(context.cwd(), output);
      const written = await withDatabase(await readService(options, context), (database) =>
        writeBackup(database, path, { cic: readVersion(), now: new Date() }),
      );
      context.stderr.write(`${path}: ${written.rows} rows, ${formatBytes(written.sizeBytes)}\n`);
    });
}

export function registerRestore(program: Command, context: CliContext): void {
  program
    .command('restore')
    .summary('put a backup into the data folder of a service')
    .description(
      'Loads a backup into a new folder. Builds that waited or ran are queued again at the next start.',
    )
    .argument('<file>', 'what `cic backup` wrote')
    .option('--data <dir>', 'data folder of the service')
    .option('--force', 'replace the database of this folder; it is kept beside, under another name')
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .action(async (file: string, { force = false, ...options }: Options & { readonly force?: boolean }) => {
      const { dataDirectory, databaseUrl } = await readService(options, context);
      const path = resolve(context.cwd(), file);
      const { rows, replaced } = await restoreBackup(path, dataDirectory, { force, now: new Date() });
      context.stderr.write(`${dataDirectory}: ${rows} rows restored\n`);
      if (databaseUrl !== undefined)
        context.stderr.write('DATABASE_URL is set: with it the service will not use this database\n');
      if (replaced !== undefined) context.stderr.write(`What was there is kept in ${replaced}\n`);
    });
}

async function readService({ data, config }: Options, context: CliContext) {
  const { service } = await readConfig(config, readMachine(context));
  return { ...service, ...(data !== undefined && { dataDirectory: resolve(context.cwd(), data) }) };
}
