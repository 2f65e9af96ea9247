import type { Command } from 'commander';

export function registerSif(program: Command): void {
  program.command('sif');
}
