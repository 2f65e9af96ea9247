import { formatMpi, type KnownAbi, type Mpi, mpiAbiOf, mpiLibraries, parseMpiSpec } from './mpi.ts';
import type { HpcSystem, Pmi, SystemMpi } from './system/system.ts';

/** Why an image's MPI will not work with that of a system, and what would. */
export type MpiMismatch = { readonly message: string; readonly hint: string };

type SystemWithMpi = Pick<HpcSystem, 'name' | 'mpi'>;

/**
 * Compares the MPI that an image is compiled against with the one of the system that runs it. Where the
 * image's own library runs (`hybrid`) and the scheduler starts the ranks, it must understand the
 * scheduler's PMI; everywhere else both libraries must have one ABI.
 *
 * @param spec Spack spec, such as `openmpi@4.1 +cuda`.
 * @returns Undefined when they fit, and when CIC knows too little of either.
 */
export function findMpiMismatch(spec: string, system: SystemWithMpi): MpiMismatch | undefined {
  const { name, mpi: host } = system;
  if (host === undefined) return undefined;
  const image = parseMpiSpec(spec);
  if (host.model === 'hybrid' && host.pmi !== undefined) {
    if (understands(image, spec, host.pmi)) return undefined;
    const message = `${formatMpi(image)} of the image does not understand ${host.pmi}, with which ${name} starts ranks: each would believe to be alone`;
    return { message, hint: suggest(host, name) };
  }
  const abi = mpiAbiOf(image);
  if (abi === undefined || abi === host.abi) return undefined;
  const message = `${formatMpi(image)} of the image (${describeAbi(abi)}) is not ABI-compatible with ${formatMpi(host)} of ${name} (${mpiLibraries[host.abi]})`;
  return { message, hint: suggest(host, name) };
}

function describeAbi(abi: KnownAbi): string {
  return abi === 'other' ? "older than its family's ABI" : mpiLibraries[abi];
}

function suggest({ buildWith, abi }: SystemMpi, name: string): string {
  if (buildWith !== undefined) return `images for ${name} use ${buildWith}`;
  return `use a library of the ${abi} family, whose programs load ${mpiLibraries[abi]}`;
}

/**
 * Whether a library can join ranks that are started through a PMI; true where that is not known.
 *
 * @see Slurm, MPI Users Guide; open-mpi/ompi issue 13523
 */
function understands({ family, version }: Mpi, spec: string, pmi: Pmi): boolean {
  const isPmix = pmi === 'pmix' || pmi === 'pspmix';
  const major = version === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(version, 10);
  if (family === 'openmpi') return isPmix || (major < 5 && /\+pmi\b/.test(spec));
  if (family === 'mpich') return !isPmix || major >= 4;
  return true;
}
