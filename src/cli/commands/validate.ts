import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { checkConfig } from '../../config/read-config.ts';
import { AppError } from '../../errors/app-error.ts';
import { formatProblem, type Problem } from '../../errors/problem.ts';
import { stepFileNames } from '../../step/read-description.ts';
import { type Validation, validateTarget } from '../../step/validate-target.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';
import { createPaint, type Paint } from '../paint.ts';

type Verdict = { readonly kind: Validation['kind'] | 'config'; readonly problems: readonly Problem[] };

export function registerValidate(program: Command, context: CliContext): void {
  program
    .command('validate')
    .summary('show all problems of a step folder or a request')
    .description(
      'Shows everything that is wrong with a step folder, a request or a configuration, and what looks wrong.\n' +
        'Nothing is built; it ends with 0 when there are warnings only.',
    )
    .argument('<path>', 'a step folder, a request (JSON), or a configuration (YAML)')
    .option('--json', 'print JSON')
    .action((path: string, options: { json?: true }) => validate(path, options.json === true, context));
}

async function validate(path: string, json: boolean, context: CliContext): Promise<void> {
  const { kind, problems } = await findProblems(path, context);
  const errors = problems.filter(({ severity }) => severity === 'error');
  const paint = createPaint(context.stdout, context.env);
  const report = json
    ? `${JSON.stringify({ kind, valid: errors.length === 0, problems }, null, 2)}\n`
    : `${[...problems.map((problem) => formatLine(problem, paint)), summarize(path, kind, problems, paint)].join('\n')}\n`;
  context.stdout.write(report);
  if (errors.length === 0) return;
  const code = { step: 'STEP_INVALID', request: 'REQUEST_INVALID', config: 'CONFIG_INVALID' } as const;
  throw new AppError(code[kind], `${path} cannot be built as it is`, { details: { problems } });
}

/** A YAML file that is no step's own is a configuration. */
async function findProblems(path: string, context: CliContext): Promise<Verdict> {
  if (!/\.ya?ml$/.test(path) || stepFileNames.includes(basename(path))) return validateTarget(path);
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new AppError('FILE_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });
  return { kind: 'config', problems: checkConfig(text, path, readMachine(context)).problems };
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
