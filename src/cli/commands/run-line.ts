import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { readConfig } from '../../config/read-config.ts';
import type { ImageLabels } from '../../engine/local-labels.ts';
import { parseGpuSpec } from '../../machine/gpu.ts';
import { findMpiMismatch } from '../../machine/mpi-compatibility.ts';
import { findSystem, requireSystem } from '../../machine/system/find-system.ts';
import { loadSystems } from '../../machine/system/load-systems.ts';
import { formatRun, planRunByGpu, planSystemRun, type RunPlan } from '../../machine/system/run-plan.ts';
import type { HpcSystem } from '../../machine/system/system.ts';
import { labelNames } from '../../recipe/labels.ts';
import { readImageLabels } from '../image-labels.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';
import { createPaint } from '../paint.ts';
import { toPrintable } from '../printable.ts';

type RunLineOptions = { readonly machine?: string; readonly config?: string };

export function registerRunLine(program: Command, context: CliContext, argv: readonly string[]): void {
  program
    .command('run-line')
    .summary('print the command line that runs an image on its machine')
    .description(
      'Prints what a job script needs to run an image on the HPC system that it was built for: modules,\n' +
        'variables and the run line.',
    )
    .argument('[image]', 'a .sif file, oci:DIR, oci-archive:FILE, or an image of the local engine')
    .argument('[command...]', 'what to run in the container; put -- before it')
    .option('-m, --machine <name>', 'a named HPC system, instead of the one that the image names')
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .action((_image: unknown, _words: unknown, options: RunLineOptions, command: Command) => {
      const { image, words } = splitWords(command.args, argv);
      if (image === undefined && options.machine === undefined)
        command.error('error: name an image, or a system with --machine');
      return printRunLine(image, words, options, context);
    });
}

/** What stands behind `--` is the command, whether an image stands before it or not: commander drops the dashes. */
function splitWords(
  words: readonly string[],
  argv: readonly string[],
): { readonly image: string | undefined; readonly words: readonly string[] } {
  const dashes = argv.indexOf('--');
  const isCommandOnly = dashes !== -1 && words.length === argv.length - dashes - 1;
  return isCommandOnly ? { image: undefined, words } : { image: words[0], words: words.slice(1) };
}

async function printRunLine(
  image: string | undefined,
  command: readonly string[],
  options: RunLineOptions,
  context: CliContext,
): Promise<void> {
  const config = await readConfig(options.config, readMachine(context));
  const systems = await loadSystems(config.systemsFolder);
  const chosen = options.machine === undefined ? undefined : requireSystem(systems, options.machine);
  const isNeeded = image !== undefined && (chosen === undefined || (await isThere(image)));
  const labels = isNeeded ? await readImageLabels(image, config, context) : {};
  const name = labels[labelNames.machine];
  const system = chosen ?? (name === undefined ? undefined : findSystem(systems, name));
  if (system !== undefined) warnAboutMpi(labels, system, context);
  const plan = system === undefined ? planFromLabels(labels) : planSystemRun(system);
  context.stdout.write(formatRun(plan, { image: image?.replace(/^docker-daemon:/, ''), command }));
}

/** An image of a system that is not known here, or of none. */
function planFromLabels(labels: ImageLabels): RunPlan {
  const gpu = labels[labelNames.gpu];
  const usual = planRunByGpu(gpu === undefined ? undefined : parseGpuSpec(gpu).kind);
  const name = labels[labelNames.machine];
  const line = labels[labelNames.runLine];
  if (name === undefined || line === undefined) return usual;
  const notes = [`${toPrintable(name)} is not a known HPC system here: this is what the image says`];
  return { ...usual, notes, line: toPrintable(line) };
}

function warnAboutMpi(labels: ImageLabels, system: HpcSystem, { stderr, env }: CliContext): void {
  const mpi = labels[labelNames.mpi];
  const mismatch = mpi === undefined ? undefined : findMpiMismatch(mpi, system);
  if (mismatch === undefined) return;
  const { warning } = createPaint(stderr, env);
  stderr.write(`${warning('!')} ${toPrintable(mismatch.message)} (${mismatch.hint})\n`);
}

/** The image may be on the cluster only. */
function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
