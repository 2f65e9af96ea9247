import { formatMpi } from '../../machine/mpi.ts';
import type { HpcSystem } from '../../machine/system/system.ts';
import { formatPlatform } from '../../oci/platform.ts';
import type { Paint } from '../paint.ts';
import { formatTable } from '../table.ts';

/** All systems, a line each. */
export function formatSystems(systems: readonly HpcSystem[], paint: Paint): string {
  return formatTable(
    ['SYSTEM', 'ARCHITECTURE', 'GPU', 'MPI OF THE HOST', 'IMAGES USE', 'RUNTIME', 'ALIASES'],
    systems.map(({ name, aliases, microarchitecture, gpu, mpi, runtime }) => [
      name,
      microarchitecture,
      formatGpu(gpu),
      mpi === undefined ? '-' : formatMpi(mpi),
      mpi?.buildWith ?? '-',
      runtime?.name ?? '-',
      aliases.join(', '),
    ]),
    paint,
  );
}

/** Everything that CIC knows of one system. */
export function formatSystem(system: HpcSystem, paint: Paint): string {
  const rows = describe(system).filter((row): row is [string, string] => Boolean(row[1]));
  const sources = system.sources.map(
    ({ url, fact, date }) => `    ${fact}${date === undefined ? '' : ` (${date})`}: ${url}`,
  );
  return [
    paint.bold(system.name),
    ...rows.map(([title, value]) => `  ${paint.dim(title.padEnd(16))} ${value}`),
    `  ${paint.dim('sources')}`,
    ...sources,
    '',
  ].join('\n');
}

function describe(system: HpcSystem): [string, string | undefined][] {
  const { mpi, gpu, runtime } = system;
  return [
    ['description', system.description],
    ['aliases', system.aliases.join(', ')],
    ['platform', formatPlatform(system.platform)],
    ['architecture', system.microarchitecture],
    ['GPU', gpu && formatGpu(gpu)],
    ['GPU driver', gpu?.driver],
    ['MPI of the host', mpi && `${formatMpi(mpi)} (ABI of ${mpi.abi})`],
    ['PMI', mpi?.pmi],
    ['MPI model', mpi?.model],
    ['images use', [mpi?.buildWith, gpu?.buildWith].filter(Boolean).join(', ')],
    ['fabric', system.fabric],
    ['scheduler', system.scheduler],
    ['runtime', runtime && [runtime.name, runtime.version].filter(Boolean).join(' ')],
    ['builds there', runtime?.buildAllowed === undefined ? undefined : runtime.buildAllowed ? 'yes' : 'no'],
    ['modules', system.modules.join(' ')],
    ['run line', system.runLine],
    ['not confirmed', system.unconfirmed.join(', ')],
  ];
}

function formatGpu(gpu: HpcSystem['gpu']): string {
  return gpu === undefined ? '-' : [gpu.kind, gpu.arch].filter(Boolean).join(' ');
}
