import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { checkConfig, readConfig } from '../../config/read-config.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import { formatProblem, type Problem } from '../../errors/problem.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';
import { loadSystems } from '../../machine/system/load-systems.ts';
import { isSystemFile, parseSystem } from '../../machine/system/parse-system.ts';
import { stepFileNames } from '../../step/read-description.ts';
import { type Validation, validateTarget } from '../../step/validate-target.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';
import { createPaint, type Paint } from '../paint.ts';

type Verdict = {
  readonly kind: Validation['kind'] | 'config' | 'machine';
  readonly problems: readonly Problem[];
};

type ValidateCommandOptions = { readonly json?: true; readonly config?: string };

const errorCodes = {
  step: 'STEP_INVALID',
  request: 'REQUEST_INVALID',
  config: 'CONFIG_INVALID',
  machine: 'MACHINE_FILE_INVALID',
} as const satisfies Record<Verdict['kind'], ErrorCode>;

export function registerValidate(program: Command, context: CliContext): void {
  program
    .command('validate')
    .summary('show all problems of a step folder, a request or another file of CIC')
    .description(
      'Shows everything that is wrong with a step folder, a request, a configuration or a machine file, and\n' +
        'what looks wrong. Nothing is built; it ends with 0 when there are warnings only.',
    )
    .argument('<path>', 'a step folder, a request (JSON), a configuration or a machine file (YAML)')
    .option('--json', 'print JSON')
    .option('-c, --config <file>', 'configuration of the site (YAML), for the HPC systems that it knows')
    .action((path: string, options: ValidateCommandOptions) => validate(path, options, context));
}

async function validate(
  path: string,
  { json, config }: ValidateCommandOptions,
  context: CliContext,
): Promise<void> {
  const { kind, problems } = await findProblems(path, config, context);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const paint = createPaint(context.stdout, context.env);
  const report = json
    ? `${JSON.stringify({ kind, valid: errors.length === 0, problems }, null, 2)}\n`
    : `${[...problems.map((problem) => formatLine(problem, paint)), summarize(path, kind, problems, paint)].join('\n')}\n`;
  context.stdout.write(report);
  if (errors.length === 0) return;
  const use = kind === 'step' || kind === 'request' ? 'built' : 'used';
  throw new AppError(errorCodes[kind], `${path} cannot be ${use} as it is`, { details: { problems } });
}

/** A YAML file that is no step's own is a machine file, if it says so, or a configuration. */
async function findProblems(
  path: string,
  configFile: string | undefined,
  context: CliContext,
): Promise<Verdict> {
  const machine = readMachine(context);
  if (!/\.ya?ml$/.test(path) || stepFileNames.includes(basename(path))) {
    const readSystems = async () => loadSystems((await readConfig(configFile, machine)).systemsFolder);
    return validateTarget(path, { readSystems });
  }
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(path, cause), { cause });
  });
  if (isSystemFile(text)) return { kind: 'machine', problems: parseSystem(text, path).problems };
  return { kind: 'config', problems: checkConfig(text, path, machine).problems };
}

function formatLine(problem: Problem, paint: Paint): string {
  const mark = problem.severity === 'error' ? paint.bad('✗') : paint.warning('!');
  return `${mark} ${formatProblem(problem)}`;
}

function summarize(path: string, kind: string, problems: readonly Problem[], paint: Paint): string {
  if (problems.length === 0) return `${paint.good('✓')} ${path} is a valid ${kind}`;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return paint.bold(`${count(errors, 'error')}, ${count(problems.length - errors, 'warning')}`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
