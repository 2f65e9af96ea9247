import { gpuToolkits } from '../machine/gpu.ts';
import { type HpcSystem, runtimeFormats } from '../machine/system/system.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { WireMachine } from './wire-request.ts';

/**
 * The fields of a machine that is a named HPC system. What stands beside the name wins: an empty MPI or GPU
 * means none, as in every request.
 */
export function toMachineFields(own: WireMachine, system: HpcSystem): WireMachine {
  const { platform, microarchitecture, runtime, mpi, gpu } = system;
  const format = runtime === undefined ? 'sif' : runtimeFormats[runtime.name];
  return {
    platform: own.platform || formatPlatform(platform),
    architecture: own.architecture || microarchitecture,
    container_engine: own.container_engine || (format === 'sif' ? 'apptainer' : 'docker'),
    mpi: own.mpi ?? mpi?.buildWith,
    gpu: own.gpu ?? (gpu && toToolkit(gpu)),
  };
}

/** Intel's toolkit is its compilers: no package stands for it. */
function toToolkit({ kind, buildWith }: NonNullable<HpcSystem['gpu']>): string | undefined {
  return buildWith ?? (kind === 'intel' ? undefined : gpuToolkits[kind]);
}
