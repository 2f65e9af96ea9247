import { type FabricKind, fabricKindOf } from '../machine/fabric.ts';
import type { Machine } from '../machine/machine.ts';
import { parseMpiSpec } from '../machine/mpi.ts';

/** Variants by the name of their package. */
export type PackageVariants = Readonly<Record<string, readonly string[]>>;

/** UCX without any of these knows TCP and shared memory only: reliable, unreliable and dynamic connections. */
const ucx = ['+verbs', '+mlx5_dv', '+rdmacm', '+rc', '+ud', '+dc'];

/**
 * What an MPI library needs to reach a fabric. On Slingshot libfabric is the host's, in place of the image's: only that
 * has its driver.
 *
 * @see Open MPI documentation, Networking support; MPICH README, network modules; UCX documentation, transports
 */
const variants: Readonly<Record<string, Readonly<Record<FabricKind, PackageVariants>>>> = {
  openmpi: {
    infiniband: { openmpi: ['fabrics=ucx'], ucx },
    slingshot: { openmpi: ['fabrics=ofi'] },
    'omni-path': { openmpi: ['fabrics=psm2'] },
  },
  mpich: {
    infiniband: { mpich: ['device=ch4', 'netmod=ucx'], ucx },
    slingshot: { mpich: ['device=ch4', 'netmod=ofi'] },
    'omni-path': {
      mpich: ['device=ch4', 'netmod=ofi'],
      libfabric: ['fabrics=psm2,sockets,tcp,udp'],
    },
  },
};

/** For images whose own MPI runs on the system; where the host's replaces it, that one knows the fabric. */
export function planFabricVariants({ mpi, system }: Pick<Machine, 'mpi' | 'system'>): PackageVariants {
  const { fabric, mpi: host } = system ?? {};
  if (mpi === undefined || fabric === undefined || host?.model === 'bind') return {};
  const kind = fabricKindOf(fabric);
  const { family } = parseMpiSpec(mpi);
  if (kind === undefined || !Object.hasOwn(variants, family)) return {};
  return variants[family]?.[kind] ?? {};
}
