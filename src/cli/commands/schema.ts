import { Argument, type Command } from 'commander';
import { toConfigJsonSchema } from '../../config/config-schema.ts';
import { toMachineJsonSchema } from '../../machine/system/system-schema.ts';
import { toRequestJsonSchema } from '../../request/wire-request.ts';
import { toStepJsonSchema } from '../../step/step-schema.ts';
import type { CliContext } from '../io.ts';

const schemas = {
  step: toStepJsonSchema,
  request: toRequestJsonSchema,
  config: toConfigJsonSchema,
  machine: toMachineJsonSchema,
} as const;

export function registerSchema(program: Command, { stdout }: CliContext): void {
  program
    .command('schema')
    .summary('print the JSON Schema of a kind of file, for editors')
    .description(
      'Prints the JSON Schema (draft 7) of eflows4hpc.yaml, of request files, of the configuration or\n' +
        'of machine files.\n' +
        'YAML editors take it by a first line `# yaml-language-server: $schema=step.schema.json`.',
    )
    .addArgument(new Argument('<kind>', 'kind of file').choices(Object.keys(schemas)))
    .action((kind: keyof typeof schemas) => {
      stdout.write(`${JSON.stringify(schemas[kind](), null, 2)}\n`);
    });
}
