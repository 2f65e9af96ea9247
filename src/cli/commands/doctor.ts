import type { Command } from 'commander';
import { createEngines } from '../../app.ts';
import type { Config } from '../../config/config.ts';
import { readConfig } from '../../config/read-config.ts';
import { type Examination, type ExaminedFolder, type ExaminedTool, examine } from '../../doctor/examine.ts';
import type { KeptImages } from '../../engine/kept-images.ts';
import type { EngineKind } from '../../engine/port.ts';
import { AppError } from '../../errors/app-error.ts';
import type { FoundSource, FoundSpack } from '../../spack/source/find-spack.ts';
import { readVersion } from '../../version.ts';
import { engineOption } from '../engine-choice.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';
import { createPaint, type Paint } from '../paint.ts';
import { formatBytes } from '../progress/format.ts';

type DoctorOptions = { config?: string; engine?: Config['engine']['kind']; json?: true };

export function registerDoctor(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .summary('show what is installed, what is missing and what mends it')
    .description('Examines this machine and the configuration; it ends with 0 when `cic build` can run.')
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .addOption(engineOption())
    .option('--json', 'print JSON')
    .action(async (options: DoctorOptions) => {
      const machine = readMachine(context);
      const config = await readConfig(options.config, machine);
      const { env, signal } = context;
      const { isRoot } = machine;
      const found = await examine(config, createEngines(config), {
        env,
        isRoot,
        engine: options.engine,
        signal,
      });
      const report = options.json
        ? JSON.stringify({ version: readVersion(), config: config.file ?? null, ...found }, null, 2)
        : formatExamination(found, config, createPaint(context.stdout, env));
      context.stdout.write(`${report}\n`);
      if (found.canBuild) return;
      throw new AppError('ENGINE_UNAVAILABLE', 'this machine cannot build images yet', {
        hint: missingPackages(found) ?? 'see the lines marked ✗',
      });
    });
}

function formatExamination(found: Examination, config: Config, paint: Paint): string {
  const { platform, microarchitecture, system, node } = found.machine;
  const width = Math.max(11, ...found.tools.map(({ name }) => name.length));
  return [
    paint.bold(`CIC ${readVersion()}`),
    `  ${system}, ${platform} (${microarchitecture}), Node.js ${node}`,
    `  configuration: ${config.file ?? 'none, all defaults'}`,
    `  builds trust ${config.network.caBundle ?? 'the certificates of the base image only'}`,
    '',
    paint.bold('Engines'),
    ...Object.entries(found.engines).map(([kind, status]) =>
      status.usable
        ? `  ${paint.good('✓')} ${kind} ${status.version}`
        : `  ${paint.dim('-')} ${kind}: ${status.reason} ${paint.dim(`→ ${status.hint}`)}`,
    ),
    '',
    paint.bold('Tools'),
    ...found.tools.map((tool) => formatTool(tool, width, paint)),
    '',
    paint.bold('Folders'),
    ...found.folders.map((folder) => formatFolder(folder, paint)),
    ...formatKept(found.keptImages, paint),
    '',
    paint.bold('Spack'),
    ...formatSpack(found.spack, paint),
  ].join('\n');
}

function formatTool(
  { name, path, why, isNeeded, ...tool }: ExaminedTool,
  width: number,
  paint: Paint,
): string {
  if (path !== undefined) return `  ${paint.good('✓')} ${name.padEnd(width)} ${paint.dim(path)}`;
  const mark = isNeeded ? paint.bad('✗') : paint.dim('-');
  return `  ${mark} ${name.padEnd(width)} missing: it ${why} ${paint.dim(`→ apt-get install -y ${tool.package}`)}`;
}

function formatFolder({ purpose, path, freeBytes, fault }: ExaminedFolder, paint: Paint): string {
  const text = `${purpose.padEnd(11)} ${path}`;
  if (fault !== undefined) return `  ${paint.bad('✗')} ${text}: ${fault}`;
  const state = freeBytes === undefined ? 'made by the first build' : `${formatBytes(freeBytes)} free`;
  return `  ${paint.good('✓')} ${text} ${paint.dim(`(${state})`)}`;
}

function count(images: number): string {
  return images === 1 ? '1 image' : `${images} images`;
}

/** What removes them, as long as nothing builds. */
const removals: Readonly<Record<EngineKind, string>> = {
  buildx: "docker image rm $(docker image ls --format '{{.Repository}}:{{.Tag}}' 'localhost/cic/*')",
  buildah: "buildah rmi $(buildah images --format '{{.Name}}:{{.Tag}}' | grep ^localhost/cic/)",
};

/** Nothing where the engines keep nothing. */
function formatKept(kept: KeptImages, paint: Paint): string[] {
  const lines = Object.entries(kept).flatMap(([kind, images]) => {
    if (images.length === 0) return [];
    const bytes = images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const oldest = images.map(({ created }) => created.slice(0, 10)).sort()[0];
    const text = `${kind.padEnd(11)} ${count(images.length)} since ${oldest}, ${formatBytes(bytes)} with shared layers counted for each`;
    return [`    ${text} ${paint.dim(`→ ${removals[kind as EngineKind]}`)}`];
  });
  if (lines.length === 0) return [];
  return ['', paint.bold('Images to build from, made again when they are missing'), ...lines];
}

function formatSpack({ packages, version, ...spack }: FoundSpack, paint: Paint): string[] {
  const name = version === undefined ? 'Spack' : `Spack ${version}`;
  return [
    formatSource(name, spack, paint),
    ...(packages === undefined ? [] : [formatSource('recipes', packages, paint)]),
  ];
}

/** Without it only steps with a Spack environment cannot be built: it is no reason to fail. */
function formatSource(name: string, { path, isThere, fault, ...source }: FoundSource, paint: Paint): string {
  const text = name.padEnd(11);
  if (fault !== undefined) return `  ${paint.bad('✗')} ${text} ${path ?? source.source}: ${fault}`;
  if (isThere) return `  ${paint.good('✓')} ${text} ${paint.dim(path ?? '')}`;
  const origin = path === source.source ? path : `${source.wanted} of ${source.source} → ${path}`;
  return `  ${paint.dim('-')} ${text} not there yet, brought when a step first needs it: ${paint.dim(origin)}`;
}

/** The one line that installs everything that is needed. */
function missingPackages({ tools }: Examination): string | undefined {
  const missing = tools.filter(({ isNeeded, path }) => isNeeded && path === undefined);
  if (missing.length === 0) return undefined;
  return `apt-get install -y --no-install-recommends ${missing.map((tool) => tool.package).join(' ')}`;
}
