import type { Command } from 'commander';
import { codeNames, toPlainName } from '../../machine/code-names.ts';
import { compilerFlags } from '../../machine/compiler-flags.ts';
import {
  familyOf,
  findMicroarchitecture,
  listMicroarchitectures,
  type Microarchitecture,
} from '../../machine/microarchitecture.ts';
import { platformOf, requireKnownArchitecture } from '../../machine/resolve-architecture.ts';
import { formatPlatform } from '../../oci/platform.ts';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { formatTable } from '../table.ts';

export function registerMachines(program: Command, context: CliContext): void {
  program
    .command('machines')
    .summary('list the CPU microarchitectures that images can be built for')
    .description(
      'Lists the CPU microarchitectures that `machine.architecture` of a request can name, by their archspec\n' +
        'names and by the code names that vendors use.',
    )
    .argument('[name]', 'only those whose name, code name, vendor or platform contains this')
    .option('--json', 'print JSON')
    .action((filter: string | undefined, options: { json?: true }) => {
      const entries = listMachines().filter((entry) => filter === undefined || matches(entry, filter));
      if (filter !== undefined && entries.length === 0) requireKnownArchitecture(filter);
      const text = options.json ? `${JSON.stringify(entries, null, 2)}\n` : formatMachines(entries, context);
      context.stdout.write(text);
    });
}

/** One microarchitecture as `cic machines --json` prints it. */
export type MachineEntry = {
  readonly name: string;
  readonly platform: string;
  readonly vendor: string;
  /** Archspec names whose code this one runs too, nearest first; direct ones only. */
  readonly parents: readonly string[];
  readonly code_names: readonly string[];
  /** Absent where GCC cannot tell it from another microarchitecture. */
  readonly gcc?: { readonly flags: string; readonly min_version?: string };
};

/** All microarchitectures of the platforms that CIC builds for. */
export function listMachines(): MachineEntry[] {
  return listMicroarchitectures().flatMap((microarchitecture) => {
    const platform = platformOf(microarchitecture);
    if (platform === undefined) return [];
    const gcc = describeGcc(microarchitecture);
    const { name, parents } = microarchitecture;
    return {
      name,
      platform: formatPlatform(platform),
      vendor: describeVendor(microarchitecture),
      parents,
      code_names: codeNames.filter((entry) => entry.microarchitecture === name).map((entry) => entry.name),
      ...(gcc !== undefined && { gcc }),
    };
  });
}

function describeGcc(microarchitecture: Microarchitecture): MachineEntry['gcc'] {
  const newest = compilerFlags(microarchitecture, { name: 'gcc' });
  if (newest.kind !== 'flags') return undefined;
  const entry = microarchitecture.compilers['gcc']?.find(({ flags }) => flags === newest.flags);
  const minVersion = entry?.versions.split(':')[0];
  return { flags: newest.flags, ...(minVersion && { min_version: minVersion }) };
}

const vendorNames: Readonly<Record<string, string>> = { GenuineIntel: 'Intel', AuthenticAMD: 'AMD' };

function describeVendor({ vendor }: Microarchitecture): string {
  return vendorNames[vendor] ?? vendor;
}

function matches({ name, vendor, platform, code_names }: MachineEntry, filter: string): boolean {
  const wanted = toPlainName(filter);
  return [name, vendor, platform, ...code_names].some((text) => toPlainName(text).includes(wanted));
}

function formatMachines(entries: readonly MachineEntry[], { stdout, env }: CliContext): string {
  const paint = createPaint(stdout, env);
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
