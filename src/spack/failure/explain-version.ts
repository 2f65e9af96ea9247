import { parseSpec } from '../parse-spec.ts';
import { type Explainer, type FailureExplanation, joinNames, type SpackFailure } from './failure.ts';

/** `No version exists that satisfies these input specs:`, and what requirements say. */
export const explainUnknownVersion: Explainer = (error, failure) => {
  const [, required, inRequirement] =
    /^Version requirement (\S+) on (\S+) for \S+ cannot match any known version/.exec(error.message) ?? [];
  if (required !== undefined && inRequirement !== undefined) {
    return describeUnknownVersions([{ name: inRequirement, versions: required }], failure);
  }
  if (error.message.startsWith('No version exists that satisfies these input specs')) {
    return describeUnknownVersions(readVersioned(error.lines), failure);
  }
  if (!error.message.startsWith('The following input specs can only be satisfied by deprecated versions')) {
    return undefined;
  }
  const wanted = readVersioned(error.lines);
  return {
    code: 'SPACK_UNKNOWN_VERSION',
    message: describeDeprecated(wanted),
    hint: describeVersions(wanted, failure) ?? 'ask for a newer version',
    details: { wanted },
  };
};

export function describeDeprecated(wanted: readonly Versioned[]): string {
  const names = joinNames(wanted.map(({ name, versions }) => `${name} ${versions}`));
  return wanted.length === 1
    ? `${names} is deprecated, so Spack refuses it`
    : `${names} are deprecated, so Spack refuses them`;
}

type Versioned = { readonly name: string; readonly versions: string };

/** The packages of a line such as `    zlib@9.9.9 target=zen3, mpich@99`. */
function readVersioned([line = '']: readonly string[]): Versioned[] {
  return line.split(/,\s+/).flatMap((text) => {
    const { spec } = parseSpec(text);
    return spec?.name === undefined ? [] : [{ name: spec.name, versions: spec.versions ?? '' }];
  });
}

export function describeUnknownVersions(
  wanted: readonly Versioned[],
  failure: SpackFailure,
): FailureExplanation {
  return {
    code: 'SPACK_UNKNOWN_VERSION',
    message: joinNames(wanted.map(({ name, versions }) => `${name} has no version ${versions}`)),
    hint: describeVersions(wanted, failure) ?? 'leave the version out, or ask for one that the recipe has',
    details: { wanted, known: wanted.map(({ name }) => failure.versionsOf?.(name) ?? []) },
  };
}

function describeVersions(wanted: readonly Versioned[], { versionsOf }: SpackFailure): string | undefined {
  const parts = wanted.flatMap(({ name, versions }) => {
    const known = versionsOf?.(name) ?? [];
    if (known.length === 0) return [];
    const likest = [...known].toSorted((a, b) => countSame(b, versions) - countSame(a, versions)).slice(0, 8);
    return [`${name} has ${likest.join(', ')}${known.length > likest.length ? ' and others' : ''}`];
  });
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** How many of the first parts of two versions are the same: 2 for 1.14.3 and 1.14.6. */
function countSame(version: string, wanted: string): number {
  const [a, b] = [version.split('.'), wanted.replace(/^=/, '').split(/[.:,]/)];
  const different = a.findIndex((part, index) => part !== b[index]);
  return different === -1 ? a.length : different;
}
