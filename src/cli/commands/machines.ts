import type { Command } from 'commander';
import { readConfig } from '../../config/read-config.ts';
import { isAppError } from '../../errors/app-error.ts';
import { toPlainName } from '../../machine/code-names.ts';
import { listMachines, type MachineEntry } from '../../machine/machine-entry.ts';
import { familyOf, findMicroarchitecture } from '../../machine/microarchitecture.ts';
import { requireKnownArchitecture } from '../../machine/resolve-architecture.ts';
import { findPartitions, findSystem, requireSystem } from '../../machine/system/find-system.ts';
import { loadSystems } from '../../machine/system/load-systems.ts';
import type { HpcSystem } from '../../machine/system/system.ts';
import { toSystemEntry } from '../../machine/system/system-entry.ts';
import type { CliContext } from '../io.ts';
import { readMachine } from '../machine.ts';
import { createPaint, type Paint } from '../paint.ts';
import { formatSystem, formatSystems } from '../report/systems.ts';
import { formatTable } from '../table.ts';

type MachinesOptions = { readonly json?: true; readonly config?: string };

export function registerMachines(program: Command, context: CliContext): void {
  program
    .command('machines')
    .summary('list the HPC systems and CPU microarchitectures that images can be built for')
    .description(
      'Lists the HPC systems that `machine` of a request can name, and the CPU microarchitectures that\n' +
        '`machine.architecture` can name, by their archspec names and by the code names that vendors use.',
    )
    .argument(
      '[name]',
      'one HPC system in full, or those whose name begins with this and the microarchitectures whose name, code name, vendor or platform contains it',
    )
    .option('--json', 'print JSON')
    .option('-c, --config <file>', 'configuration of the site (YAML)')
    .action(async (filter: string | undefined, options: MachinesOptions) => {
      const { systemsFolder } = await readConfig(options.config, readMachine(context));
      const found = findMachines(await loadSystems(systemsFolder), filter);
      const text = options.json
        ? `${JSON.stringify([...found.systems.map(toSystemEntry), ...found.entries], null, 2)}\n`
        : formatFound(found, createPaint(context.stdout, context.env));
      context.stdout.write(text);
    });
}

type Found = {
  readonly systems: readonly HpcSystem[];
  /** The filter names exactly this one. */
  readonly only?: HpcSystem;
  readonly entries: readonly MachineEntry[];
};

function findMachines(systems: readonly HpcSystem[], filter: string | undefined): Found {
  if (filter === undefined) return { systems, entries: listMachines() };
  const only = findSystem(systems, filter);
  if (only !== undefined) return { systems: [only], only, entries: [] };
  const partitions = findPartitions(systems, filter);
  const entries = listMachines().filter((entry) => matches(entry, filter));
  if (partitions.length + entries.length === 0) requireName(systems, filter);
  return { systems: partitions, entries };
}

/** Says which name was meant: that of a system, when one is near, or of a microarchitecture. */
function requireName(systems: readonly HpcSystem[], name: string): void {
  try {
    requireSystem(systems, name);
  } catch (error) {
    const isNear = isAppError(error) && error.hint?.startsWith('did you mean');
    if (isNear) throw error;
    requireKnownArchitecture(name);
  }
}

function formatFound({ systems, only, entries }: Found, paint: Paint): string {
  if (only !== undefined) return formatSystem(only, paint);
  const tables = entries.length === 0 ? [] : [formatMachines(entries, paint)];
  return [...(systems.length === 0 ? [] : [formatSystems(systems, paint)]), ...tables].join('\n');
}

function matches({ name, vendor, platform, code_names }: MachineEntry, filter: string): boolean {
  const wanted = toPlainName(filter);
  return [name, vendor, platform, ...code_names].some((text) => toPlainName(text).includes(wanted));
}

function formatMachines(entries: readonly MachineEntry[], paint: Paint): string {
  const tables = groupByFamily(entries).map((group) =>
    formatTable(
      ['NAME', 'VENDOR', 'PARENTS', 'GCC', 'FLAGS', 'CODE NAMES'],
      group.map((entry) => [
        entry.name,
        entry.vendor,
        entry.parents.join(', ') || '-',
        entry.gcc === undefined ? '-' : `≥ ${entry.gcc.min_version ?? 'any'}`,
        entry.gcc?.flags ?? '-',
        entry.code_names.join(', '),
      ]),
      paint,
    ),
  );
  return tables.join('\n');
}

function groupByFamily(entries: readonly MachineEntry[]): MachineEntry[][] {
  const groups = new Map<string, MachineEntry[]>();
  for (const entry of entries) {
    const microarchitecture = findMicroarchitecture(entry.name);
    const family = microarchitecture === undefined ? '' : familyOf(microarchitecture).name;
    groups.set(family, [...(groups.get(family) ?? []), entry]);
  }
  return [...groups.values()];
}
