import type { Schemas } from '../api/client.ts';

type Machines = Schemas['Machines'];
type Microarchitecture = Schemas['Microarchitecture'];

/** An HPC system by its name or one of its others, in any case. */
export function findSystem({ systems }: Machines, name: string): Schemas['System'] | undefined {
  const wanted = name.trim().toLowerCase();
  if (wanted === '') return undefined;
  return systems.find((system) => [system.name, ...system.aliases].some((one) => one === wanted));
}

/** A microarchitecture by its name in archspec or a code name, in any case. */
export function findMicroarchitecture(
  { microarchitectures }: Machines,
  name: string,
): Microarchitecture | undefined {
  const wanted = name.trim().toLowerCase();
  return microarchitectures.find((one) => one.name === wanted || one.code_names.includes(wanted));
}

/** One line of the list of microarchitectures. */
export type ArchitectureOption = {
  readonly value: string;
  /** What is told beside it. */
  readonly note: string;
  /** A code name: shown to those who look for it. */
  readonly isCodeName: boolean;
};

export type ArchitectureGroup = { readonly group: string; readonly items: readonly ArchitectureOption[] };

const anyMachine: ArchitectureGroup = {
  group: 'Any machine of the platform',
  items: [{ value: 'none', note: 'code that runs on all of them', isCodeName: false }],
};

/** Microarchitectures by family, each followed by the code names that stand for it. */
export function groupArchitectures(microarchitectures: readonly Microarchitecture[]): ArchitectureGroup[] {
  const families = Map.groupBy(microarchitectures, nameFamily);
  const groups = [...families].map(([group, members]) => ({ group, items: members.flatMap(toOptions) }));
  return [anyMachine, ...groups];
}

function nameFamily({ vendor, platform }: Microarchitecture): string {
  const cpu = platform.replace('linux/', '');
  return vendor === 'generic' ? `Generic ${cpu}` : `${vendor} ${cpu}`;
}

function toOptions({ name, code_names: codeNames }: Microarchitecture): ArchitectureOption[] {
  return [
    { value: name, note: codeNames.join(', '), isCodeName: false },
    ...codeNames.map((codeName) => ({ value: codeName, note: name, isCodeName: true })),
  ];
}

/** What is listed for what was typed; code names only for those who look for them. */
export function searchArchitectures(
  groups: readonly ArchitectureGroup[],
  typed: string,
): readonly ArchitectureGroup[] {
  const search = typed.trim().toLowerCase();
  const isListed = ({ value, note, isCodeName }: ArchitectureOption) =>
    search === '' ? !isCodeName : value.includes(search) || (!isCodeName && note.includes(search));
  return groups
    .map(({ group, items }) => ({ group, items: items.filter(isListed) }))
    .filter(({ items }) => items.length > 0);
}

/** Whether what was typed is a name of a system, or in what is said about it. */
export function isSystemMatch(
  { name, aliases, description = '' }: Schemas['System'],
  typed: string,
): boolean {
  const text = [name, ...aliases, description].join(' ').toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const usualSpecs = {
  mpi: ['openmpi@4', 'openmpi@5', 'mpich@4'],
  gpu: ['cuda@12 cuda_arch=90', 'cuda@12 cuda_arch=80', 'hip@6 amdgpu_target=gfx90a'],
} as const;

/** MPI libraries or GPU toolkits: the usual ones, and those that the known systems have. */
export function listSpecs({ systems }: Machines, field: 'mpi' | 'gpu'): string[] {
  const known = systems.map(({ request_fields: fields }) => fields[field] ?? '').filter(Boolean);
  return [...new Set([...usualSpecs[field], ...known.sort()])];
}
