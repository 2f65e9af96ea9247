import { compareVersions } from './compare-versions.ts';

/**
 * Families of MPI libraries whose programs run with each other's libraries, named after the first of them;
 * `mpi5` is the ABI of the MPI standard itself.
 *
 * @see MPI 5.0, chapter 20; MPICH wiki, ABI Compatibility Initiative; Open MPI documentation, ABI compatibility
 */
export const mpiAbis = ['mpich', 'openmpi', 'mpi5'] as const;
export type MpiAbi = (typeof mpiAbis)[number];

/** The library that a program of each family loads: its name is the same in all releases of the family. */
export const mpiLibraries: Readonly<Record<MpiAbi, string>> = {
  mpich: 'libmpi.so.12',
  openmpi: 'libmpi.so.40',
  mpi5: 'libmpi_abi.so.1',
};

/** Packages that are MPI libraries and nothing else. @see Spack packages, `provides("mpi")` */
export const mpiPackages: ReadonlySet<string> = new Set([
  'cray-mpich',
  'cray-mvapich2',
  'fujitsu-mpi',
  'hpcx-mpi',
  'intel-mpi',
  'intel-oneapi-mpi',
  'mpi-serial',
  'mpich',
  'mpt',
  'mvapich',
  'mvapich-plus',
  'mvapich2',
  'mvapich2-gdr',
  'mvapich2x',
  'nmad',
  'openmpi',
  'parastationmpi',
  'spectrum-mpi',
]);

/** What people call MPI libraries, and the package that is meant. */
export const mpiNicknames: Readonly<Record<string, string>> = {
  mpi: 'openmpi@4',
  ompi: 'openmpi',
  'open-mpi': 'openmpi',
  hpcx: 'hpcx-mpi',
  cray: 'cray-mpich',
  'cray-mpi': 'cray-mpich',
  impi: 'intel-oneapi-mpi',
  intel: 'intel-oneapi-mpi',
  intelmpi: 'intel-oneapi-mpi',
  psmpi: 'parastationmpi',
  parastation: 'parastationmpi',
  spectrum: 'spectrum-mpi',
};

/** An MPI library. */
export type Mpi = {
  /** As Spack or its maker calls it: `openmpi`, `cray-mpich`. */
  readonly family: string;
  /** Numbers joined by points, as many as are known. */
  readonly version?: string;
};

/** What a Spack spec says of an MPI library; of a range of versions the first bound counts. */
export function parseMpiSpec(spec: string): Mpi {
  const [family = spec] = /^[a-z0-9_-]+/.exec(spec) ?? [];
  const [, version] = /@[=:]?(\d+(?:\.\d+)*)/.exec(spec) ?? [];
  return { family, ...(version !== undefined && { version }) };
}

export function formatMpi({ family, version }: Mpi): string {
  return version === undefined ? family : `${family}@${version}`;
}

/** `other`: a release older than its family's ABI, which no other library can stand in for. */
export type KnownAbi = MpiAbi | 'other';

type Membership = { readonly abi: MpiAbi; readonly since?: string };

const memberships: Readonly<Record<string, Membership>> = {
  mpich: { abi: 'mpich', since: '3.1' },
  mvapich: { abi: 'mpich' },
  mvapich2: { abi: 'mpich', since: '2.0' },
  'intel-mpi': { abi: 'mpich', since: '5.0' },
  'intel-oneapi-mpi': { abi: 'mpich' },
  'cray-mpich': { abi: 'mpich', since: '7.0' },
  'cray-mpich-abi': { abi: 'mpich' },
  parastationmpi: { abi: 'mpich', since: '5.1.7' },
  openmpi: { abi: 'openmpi', since: '3.0' },
  'hpcx-mpi': { abi: 'openmpi' },
};

/** The ABI of a library, or undefined for one that CIC knows nothing about. */
export function mpiAbiOf({ family, version }: Mpi): KnownAbi | undefined {
  const member = Object.hasOwn(memberships, family) ? memberships[family] : undefined;
  if (member === undefined) return undefined;
  return version === undefined || isSince(version, member.since) ? member.abi : 'other';
}

/** A plain `3` stands for the newest 3.x. */
function isSince(version: string, since = '0'): boolean {
  const bound = since.split('.').slice(0, version.split('.').length).join('.');
  return compareVersions(version, bound) >= 0;
}
