import type { OciArchitecture } from '../oci/platform.ts';
import { armVendors } from './generated/microarchitectures.ts';
import {
  ancestorsOf,
  familyOf,
  findMicroarchitecture,
  isCompatible,
  listMicroarchitectures,
  type Microarchitecture,
  pickNewest,
} from './microarchitecture.ts';
import { archspecFamilies } from './resolve-architecture.ts';

/**
 * The newest microarchitecture whose code this machine runs.
 *
 * @param cpuinfo Content of /proc/cpuinfo; the first processor counts.
 */
export function hostMicroarchitecture(
  cpuinfo: string,
  architecture: OciArchitecture,
): Microarchitecture | undefined {
  const family = findMicroarchitecture(archspecFamilies[architecture]);
  if (family === undefined) return undefined;
  const cpu = parseCpuinfo(cpuinfo);
  const runnable = listMicroarchitectures().filter(
    (candidate) => familyOf(candidate) === family && runs[architecture](cpu, candidate),
  );
  // A feature switched off in the firmware must not throw a machine far back: what is not above the best
  // generic level is no candidate.
  const generic = pickNewest(runnable.filter(({ vendor }) => vendor === 'generic')) ?? family;
  const above = runnable.filter((candidate) => candidate !== generic && isCompatible(generic, candidate));
  const samePart = above.filter(({ cpuPart }) => cpuPart !== undefined && cpuPart === cpu['CPU part']);
  return pickBest(samePart.length > 0 ? samePart : above) ?? generic;
}

type Cpuinfo = Readonly<Record<string, string>>;

/** Whether a processor has all that a microarchitecture of its family asks for. */
const runs: Readonly<Record<OciArchitecture, (cpu: Cpuinfo, candidate: Microarchitecture) => boolean>> = {
  amd64: (cpu, candidate) =>
    ['generic', cpu['vendor_id']].includes(candidate.vendor) && hasFeatures(candidate, cpu['flags']),
  // The kernel's features do not tell the generic Arm levels apart.
  arm64: (cpu, candidate) =>
    candidate.vendor === 'generic'
      ? candidate.parents.length === 0
      : candidate.vendor === armVendors[cpu['CPU implementer'] ?? ''] &&
        hasFeatures(candidate, cpu['Features']),
  ppc64le: (cpu, candidate) => {
    const generation = Number(/POWER(\d+)/.exec(cpu['cpu'] ?? '')?.[1] ?? 0);
    return (candidate.generation ?? 0) <= generation;
  },
};

/** Linux lists `ssse3` for processors that have `sse3`, under the name `pni`. */
function hasFeatures(candidate: Microarchitecture, features: string | undefined): boolean {
  const present = new Set(features?.split(' '));
  return candidate.features.every(
    (feature) => present.has(feature) || (feature === 'sse3' && present.has('pni')),
  );
}

function parseCpuinfo(text: string): Cpuinfo {
  const [firstProcessor = ''] = text.split(/\n\s*\n/);
  const lines = firstProcessor.split('\n').map((line) => {
    const [key = '', ...value] = line.split(':');
    return [key.trim(), value.join(':').trim()];
  });
  return Object.fromEntries(lines);
}

/** The deepest; of equals the one with the most features. */
function pickBest(candidates: readonly Microarchitecture[]): Microarchitecture | undefined {
  const depth = (candidate: Microarchitecture) => ancestorsOf(candidate).length;
  return candidates.toSorted((a, b) => depth(b) - depth(a) || b.features.length - a.features.length)[0];
}
