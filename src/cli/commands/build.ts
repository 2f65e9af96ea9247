import type { Command } from 'commander';
import { createBuildDependencies } from '../../app.ts';
import { dryRun } from '../../build/dry-run.ts';
import type { BuildPlan } from '../../build/plan.ts';
import { toPlanReport } from '../../build/plan-report.ts';
import type { BuildResult } from '../../build/result.ts';
import { runBuild } from '../../build/run-build.ts';
import type { Config } from '../../config/config.ts';
import { readConfig } from '../../config/read-config.ts';
import { isAppError } from '../../errors/app-error.ts';
import { formatProblem } from '../../errors/problem.ts';
import { loadSystems } from '../../machine/system/load-systems.ts';
import type { HpcSystem } from '../../machine/system/system.ts';
import type { BuildRequest } from '../../request/build-request.ts';
import { readRequestFile, requireRequest } from '../../request/parse-request.ts';
import { quoteForShell } from '../../shell/quote.ts';
import { readLockFile } from '../../spack/read-lock.ts';
import { engineOption, openEngine } from '../engine-choice.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';
import { createPaint } from '../paint.ts';
import { createProgress } from '../progress/create-progress.ts';
import type { RemoteBuildOptions } from '../remote/build-remotely.ts';
import { addConnectionOptions, type ConnectionOptions } from '../remote/connection.ts';
import { formatPlan } from '../report/plan.ts';
import { formatResult, type ResultOrigin, toFailureReport, toResultReport } from '../report/result.ts';

type BuildCommandOptions = {
  readonly request: string;
  readonly output?: string;
  readonly lock?: string;
  readonly engine?: Config['engine']['kind'];
  readonly push?: boolean;
  readonly cache: boolean;
  readonly dryRun?: true;
  readonly json?: true;
  readonly config?: string;
  readonly remote?: true;
} & Pick<RemoteBuildOptions, keyof ConnectionOptions | 'wait' | 'download'>;

export function registerBuild(program: Command, context: CliContext): void {
  const command = program
    .command('build')
    .summary('build the image of a request, and its SIF')
    .description('Builds the container image of a request, and the SIF of it for Singularity and Apptainer.')
    .option('-r, --request <file>', 'the request (JSON), needed; `cic schema request` prints its schema')
    .option('-o, --output <dir>', 'folder for the .sif file (default: ./images)')
    .option('--lock <file>', 'spack.lock of an earlier build: the same Spack packages again')
    .addOption(engineOption())
    .option('--push', 'push the image to the registry of the configuration')
    .option('--no-push', 'keep the image on this machine')
    .option('--no-cache', 'run every instruction again')
    .option(
      '--dry-run',
      'print Dockerfiles, spack.yaml, Spack packages, names and recipe digest, and build nothing',
    )
    .option('--json', 'end with one line of JSON on standard output')
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .option('--remote', 'ask a service for the build (`cic login`) and print its id')
    .option('--wait', 'with --remote: show the build and wait for its end')
    .option(
      '--download',
      'with --remote: wait, and download the SIF into the folder of --output (default: .)',
    );
  addConnectionOptions(command)
    .allowExcessArguments()
    .action((given: GivenOptions) => {
      const options = requireRequestOption(given, command);
      if (options.remote) return buildAtService(options, command, context);
      if (options.wait || options.download) command.error('error: --wait and --download are for --remote');
      return options.json ? reportFailure(context, () => build(options, context)) : build(options, context);
    });
}

type GivenOptions = Omit<BuildCommandOptions, 'request'> & { readonly request?: string };

/** Most who leave the option out write the file alone. */
function requireRequestOption({ request, ...others }: GivenOptions, command: Command): BuildCommandOptions {
  const [first] = command.args;
  if (request !== undefined && first === undefined) return { ...others, request };
  return command.error(
    request === undefined
      ? `error: name the request: cic build --request ${quoteForShell(first ?? 'request.json')}`
      : `error: "${first}" means nothing here: one request is built at a time`,
  );
}

/** Loaded for this alone: a build on this machine speaks to no service. */
async function buildAtService(
  options: BuildCommandOptions,
  command: Command,
  context: CliContext,
): Promise<void> {
  if (options.lock !== undefined) command.error('error: a service takes no --lock');
  const { buildRemotely } = await import('../remote/build-remotely.ts');
  await buildRemotely(options, context);
}

async function build(options: BuildCommandOptions, context: CliContext): Promise<void> {
  const config = await readConfig(options.config, readMachine(context));
  const request = await readRequest(options, await loadSystems(config.systemsFolder), context);
  const lock = options.lock === undefined ? undefined : await readLockFile(options.lock);
  const engine = await openEngine(options.engine, config, context);
  const deps = createBuildDependencies(config, engine);
  const { signal } = context;
  const progress = createProgress(context);
  const { onEvent } = progress;
  if (options.dryRun) {
    const plan = await dryRun(request, deps, { signal, onEvent, lock }).finally(() => progress.stop());
    writePlan(plan, options, context);
    return;
  }
  const outputDirectory = options.output ?? config.directories.images;
  const noCache = options.cache ? undefined : true;
  const run = { signal, onEvent, outputDirectory, noCache, lock };
  const result = await runBuild(request, deps, run).finally(() => progress.stop());
  writeResult(result, { engine: engine.kind, system: request.machine.system }, options, context);
}

/** `--push` and `--no-push` win over the request's own word. */
async function readRequest(
  { request: file, push }: BuildCommandOptions,
  systems: readonly HpcSystem[],
  { stderr, env }: CliContext,
): Promise<BuildRequest> {
  const parsed = await readRequestFile(file, systems);
  const request = requireRequest(parsed);
  const paint = createPaint(stderr, env);
  for (const problem of parsed.problems) stderr.write(`${paint.warning('!')} ${formatProblem(problem)}\n`);
  return push === undefined ? request : { ...request, push };
}

function writePlan(plan: BuildPlan, { json }: BuildCommandOptions, { stdout, env }: CliContext): void {
  const report = json
    ? `${JSON.stringify(toPlanReport(plan))}\n`
    : formatPlan(plan, createPaint(stdout, env));
  stdout.write(report);
}

function writeResult(
  result: BuildResult,
  origin: ResultOrigin,
  { json }: BuildCommandOptions,
  { stdout, env }: CliContext,
): void {
  const report = json
    ? `${JSON.stringify(toResultReport(result))}\n`
    : formatResult(result, origin, createPaint(stdout, env));
  stdout.write(report);
}

/** Programs get their last line on failure too; people read the error that follows it on standard error. */
async function reportFailure({ stdout }: CliContext, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = isAppError(error) ? error.code : 'INTERNAL_ERROR';
    stdout.write(`${JSON.stringify(toFailureReport(message, code))}\n`);
    throw error;
  }
}
