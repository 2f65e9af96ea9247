import type { Command } from 'commander';
import { AppError } from '../../errors/app-error.ts';
import { type SifVerification, verifySif } from '../../sif/inspect/verify-sif.ts';
import type { CliContext } from '../io.ts';
import { createPaint, type Paint } from '../paint.ts';

export function registerSifVerify(sif: Command, context: CliContext): void {
  sif
    .command('verify')
    .summary('check that a SIF is complete and undamaged')
    .argument('<file>', 'a SIF, of CIC, Apptainer or Singularity')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: true }) => verify(file, options.json === true, context));
}

async function verify(file: string, isJson: boolean, context: CliContext): Promise<void> {
  const { stdout, env, signal } = context;
  const verification = await verifySif(file, { signal });
  const { path, problems, checksum } = verification;
  const isValid = problems.length === 0;
  stdout.write(
    isJson
      ? `${JSON.stringify({ path, valid: isValid, checksum, problems }, null, 2)}\n`
      : formatVerification(verification, createPaint(stdout, env)),
  );
  if (isValid) return;
  throw new AppError('SIF_INVALID', `${path} is damaged or no SIF`, {
    hint: 'make or download it again',
    details: { problems },
  });
}

function formatVerification({ path, problems, checksum }: SifVerification, paint: Paint): string {
  if (problems.length > 0) return problems.map((problem) => `${paint.bad('✗')} ${problem}\n`).join('');
  const line = `${paint.good('✓')} ${path} is sound`;
  return checksum === 'matches'
    ? `${line}: structure, file system and checksum\n`
    : `${line} in structure\n${paint.warning('!')} it holds no checksum: damage inside of its files would not be seen\n`;
}
