import type { Command } from 'commander';
import type { CliContext } from '../io.ts';
import { registerSifCreate } from './sif-create.ts';
import { registerSifInspect } from './sif-inspect.ts';
import { registerSifVerify } from './sif-verify.ts';

export function registerSif(program: Command, context: CliContext): void {
  const sif = program
    .command('sif')
    .summary('create, inspect and verify SIF files')
    .description('Converts container images to SIF files of Singularity and Apptainer, and looks into them.')
    .helpCommand(false);
  registerSifCreate(sif, context);
  registerSifInspect(sif, context);
  registerSifVerify(sif, context);
}
