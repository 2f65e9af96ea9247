import { AppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import { gpuNicknames, gpuPackages, parseGpuSpec } from '../machine/gpu.ts';
import { mpiNicknames, mpiPackages } from '../machine/mpi.ts';
import { parseSpec } from '../spack/parse-spec.ts';
import type { Report } from './check.ts';
import { requirePattern } from './names.ts';

/** What a field of the machine names by a Spack spec. */
type LibraryKind = {
  /** What it is, with its article. */
  readonly noun: string;
  readonly example: string;
  readonly known: ReadonlySet<string>;
  readonly nicknames: Readonly<Record<string, string>>;
};

export const mpiLibrary: LibraryKind = {
  noun: 'an MPI library',
  example: 'openmpi@4',
  // These provide MPI too, beside what they are for.
  known: new Set([...mpiPackages, 'charmpp', 'intel-parallel-studio', 'nvhpc']),
  nicknames: mpiNicknames,
};

export const gpuToolkit: LibraryKind = {
  noun: 'a GPU toolkit',
  example: 'cuda@12 cuda_arch=90',
  known: gpuPackages,
  nicknames: gpuNicknames,
};

/** It is part of the image's name. */
const maxSpecChars = 100;

/** What people write for nothing. */
const nothing: ReadonlySet<string> = new Set(['none', 'no', 'false', 'off', 'null', 'nompi', 'nogpu']);

/**
 * Checks the spec of an MPI library. Names that only sites know, in the catalogue of their software, are taken as
 * they are; what looks like a slip of a known name is not.
 *
 * @throws REQUEST_INVALID - not a spec, or not of such a library
 */
export function parseMpiLibrary(text: string): string {
  return parseLibrarySpec(text, mpiLibrary);
}

/**
 * Checks the spec of a GPU toolkit in the same way, and the architecture in it.
 *
 * @throws REQUEST_INVALID - as {@link parseMpiLibrary}, or no such architecture
 */
export function parseGpuToolkit(text: string): string {
  const spec = parseLibrarySpec(text, gpuToolkit);
  for (const [, variant = '', value = ''] of spec.matchAll(/\b(cuda_arch|amdgpu_target)==?(\S*)/g)) {
    const pattern = variant === 'cuda_arch' ? /^\d{2,3}[a-z]?$/ : /^gfx[0-9a-f]+$/;
    if (value.split(',').every((arch) => pattern.test(arch))) continue;
    const digits = value.replaceAll(/(?:sm|compute)_|\./g, '');
    const isMeant = digits.split(',').every((arch) => pattern.test(arch));
    const example = variant === 'cuda_arch' ? '90, or 80,90 for several' : 'gfx90a';
    throw refuse(
      `"${variant}=${value}" names no architecture of GPUs`,
      isMeant ? `did you mean "${variant}=${digits}"?` : `write ${variant}=${example}`,
    );
  }
  return spec;
}

/** A library that CIC knows nothing of may be one of the site's own, or a slip that is seen here first. */
export function reportUnknownLibrary(
  field: string,
  spec: string,
  { known, noun, example }: LibraryKind,
  report: Report,
): void {
  const name = nameOf(spec);
  if (name === '' || known.has(name) || parseGpuSpec(spec).kind !== undefined) return;
  report({
    severity: 'warning',
    field,
    message: `"${name}" is not ${noun} that CIC knows: there must be a package of that name`,
    hint: `for instance in the software catalogue; usual is ${example}`,
  });
}

function parseLibrarySpec(text: string, kind: LibraryKind): string {
  const spec = text.trim();
  const hint = `write a Spack spec such as ${kind.example}`;
  const meant = findMeant(spec, kind);
  if (meant !== undefined) throw refuse(`"${nameOf(spec)}" is not the name of ${kind.noun}`, meant);
  requirePattern(spec, {
    pattern: /^(?!.* -)[a-z0-9][a-z0-9_-]*[\w.@%+~^=,: -]*$/,
    maxChars: maxSpecChars,
    hint,
  });
  const [problem] = parseSpec(spec).problems;
  if (problem !== undefined) {
    throw refuse(`"${spec}" is not a Spack spec: ${problem.message}`, problem.hint ?? hint);
  }
  return spec;
}

/** What to write instead, where the name says that something else was meant. */
function findMeant(spec: string, { known, nicknames, noun, example }: LibraryKind): string | undefined {
  const name = nameOf(spec);
  const lower = name.toLowerCase();
  if (name === '' || known.has(name)) return undefined;
  if (nothing.has(lower)) return 'leave it empty where there is none';
  const nickname = Object.hasOwn(nicknames, lower) ? nicknames[lower] : undefined;
  if (nickname !== undefined) return `did you mean "${replaceName(spec, nickname)}"?`;
  const other = [mpiLibrary, gpuToolkit].find((library) => library.known.has(lower) && !known.has(lower));
  if (other !== undefined) return `it is ${other.noun}; ${noun} is, for instance, ${example}`;
  const nearest = findNearestName(lower, withoutShort(known));
  const isSlip = nearest !== undefined && !isOwnName(lower, known) && isNearInParts(lower, nearest);
  return isSlip ? `did you mean "${replaceName(spec, nearest)}"?` : undefined;
}

/** Of three letters, every second name is near. */
function withoutShort(names: ReadonlySet<string>): string[] {
  return [...names].filter(({ length }) => length > 3);
}

/** `openmpi-site` or `mpich2`: a known name with an addition, as sites call packages of their own. */
function isOwnName(name: string, known: ReadonlySet<string>): boolean {
  return [...known].some(
    (other) => name !== other && new RegExp(`^(?:.+-)?${other}(?:-.+|\\d+)?$`).test(name),
  );
}

/** `site-mpi` is near to `intel-mpi` as a whole only, `inetl-mpi` and `intelmpi` are slips of it. */
function isNearInParts(name: string, other: string): boolean {
  const parts = name.split('-');
  const others = other.split('-');
  if (parts.length !== others.length) return parts.join('') === others.join('');
  return parts.every((part, index) => findNearestName(part, [others[index] ?? '']) !== undefined);
}

/** A version or an architecture that was written wins over those of what stands for the name. */
function replaceName(spec: string, meant: string): string {
  const rest = spec.slice(nameOf(spec).length);
  if (rest.trim() === '') return meant;
  const [own = meant] = /^[\w-]+/.exec(meant) ?? [];
  return `${rest.startsWith('@') ? own : meant}${rest}`;
}

/** Letters of any case, so that `OpenMPI` is told what it should be. */
function nameOf(spec: string): string {
  return /^[A-Za-z0-9][\w-]*(?![\w=-])/.exec(spec)?.[0] ?? '';
}

function refuse(message: string, hint: string): AppError {
  return new AppError('REQUEST_INVALID', message, { hint });
}
