import type { Command } from 'commander';
import { formatConfig } from '../../config/format-config.ts';
import { readSettings } from '../../config/read-config.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';

export function registerConfig(program: Command, context: CliContext): void {
  const config = program
    .command('config')
    .summary('print the complete configuration, and where its values come from')
    .description('The configuration of the site: docs/configuration.md.');
  config
    .command('print')
    .description(
      'Prints the complete configuration as YAML: the file, variables of the environment (each with its name beside ' +
        'the value) and defaults. Passwords are masked.',
    )
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .action(async (options: { readonly config?: string }) => {
      const settings = await readSettings(options.config, readMachine(context));
      context.stdout.write(formatConfig(settings, context.env['DATABASE_URL']));
    });
}
