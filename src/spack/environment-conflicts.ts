import type { Machine } from '../machine/machine.ts';
import { mpiPackages } from '../machine/mpi.ts';
import { isMapping, listOf, type Mapping } from './mapping.ts';
import { parseSpec } from './parse-spec.ts';
import { formatSpec, type Spec } from './spec.ts';

/** What the step says that the machine cannot have, with both sides in the message. */
export type EnvironmentConflict = { readonly message: string; readonly hint: string };

/** Compares what the step wrote with the machine's microarchitecture and MPI. */
export function findConflicts(
  section: Mapping,
  specs: readonly Spec[],
  machine: Pick<Machine, 'microarchitecture' | 'mpi'>,
): EnvironmentConflict[] {
  const places = [
    ...specs.map((spec) => ({ place: `the spec "${formatSpec(spec)}"`, spec })),
    ...listRequirements(section),
  ];
  return [
    ...places.flatMap(({ place, spec }) => findTargetConflict(place, spec, machine.microarchitecture)),
    ...listPreferredTargets(section).flatMap((target) =>
      findTargetConflict(
        '`packages: all: target`',
        { variants: [], dependencies: [], target },
        machine.microarchitecture,
      ),
    ),
    ...(machine.mpi === undefined ? [] : findMpiConflicts(section, specs, machine.mpi)),
  ];
}

function findTargetConflict(place: string, spec: Spec, microarchitecture: string): EnvironmentConflict[] {
  const targets = [spec, ...spec.dependencies].flatMap(({ target }) => target ?? []);
  const other = targets.find((target) => target !== microarchitecture);
  if (other === undefined) return [];
  return [
    {
      message: `${place} asks for target=${other}, but the machine of the request is ${microarchitecture}`,
      hint: 'leave the target to the machine, or request a machine of that microarchitecture',
    },
  ];
}

type Place = { readonly place: string; readonly spec: Spec };

function listRequirements(section: Mapping): Place[] {
  const packages = isMapping(section['packages']) ? section['packages'] : {};
  return Object.entries(packages).flatMap(([name, settings]) =>
    isMapping(settings) ? toSpecs(settings['require'], `packages: ${name}: require`) : [],
  );
}

function toSpecs(value: unknown, place: string): Place[] {
  const texts = typeof value === 'string' ? [value] : listOf(value);
  return texts.flatMap((entry) => {
    const text = isMapping(entry) ? entry['spec'] : entry;
    const spec = typeof text === 'string' ? parseSpec(text).spec : undefined;
    return spec === undefined ? [] : [{ place: `\`${place}\` ("${text}")`, spec }];
  });
}

function listPreferredTargets(section: Mapping): string[] {
  const packages = isMapping(section['packages']) ? section['packages'] : {};
  const all = isMapping(packages['all']) ? packages['all'] : {};
  return listOf(all['target']).filter((target) => typeof target === 'string');
}

function findMpiConflicts(section: Mapping, specs: readonly Spec[], mpi: string): EnvironmentConflict[] {
  const wanted = nameOf(mpi);
  const named = specs.flatMap((spec) =>
    [spec, ...spec.dependencies].flatMap(({ name }) => (name === undefined ? [] : [{ name, spec }])),
  );
  const conflicts = named
    .filter(({ name }) => mpiPackages.has(name) && name !== wanted)
    .map(({ name, spec }) => ({ name, place: `the spec "${formatSpec(spec)}"` }));
  const chosen = listMpiChoices(section).filter(({ name }) => name !== wanted && mpiPackages.has(name));
  return [...conflicts, ...chosen].map(({ name, place }) => ({
    message: `${place} asks for ${name}, but the machine of the request has ${mpi} as its MPI`,
    hint: `leave the MPI to the machine, or request \`"mpi": "${name}"\` where the host can run it`,
  }));
}

function listMpiChoices(section: Mapping): { name: string; place: string }[] {
  const packages = isMapping(section['packages']) ? section['packages'] : {};
  const mpi = isMapping(packages['mpi']) ? packages['mpi'] : {};
  const all = isMapping(packages['all']) ? packages['all'] : {};
  const providers = isMapping(all['providers']) ? listOf(all['providers']['mpi']) : [];
  return [
    ...toSpecs(mpi['require'], 'packages: mpi: require').map(({ place, spec }) => ({
      place,
      name: spec.name ?? '',
    })),
    ...providers.map((provider) => ({
      place: '`packages: all: providers: mpi`',
      name: nameOf(String(provider)),
    })),
  ];
}

function nameOf(spec: string): string {
  return /^[\w-]+/.exec(spec)?.[0] ?? spec;
}
