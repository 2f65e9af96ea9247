import { formatPlatform } from '../../oci/platform.ts';
import type { HpcSystem } from './system.ts';

/** One HPC system as programs read it: the keys of its file, and what CIC made of them. */
export function toSystemEntry(system: HpcSystem) {
  const { name, aliases, description, platform, microarchitecture, gpu, mpi, fabric, scheduler } = system;
  const { runtime, modules, bind, env, runLine, unconfirmed, sources } = system;
  return {
    kind: 'system',
    name,
    aliases,
    description,
    platform: formatPlatform(platform),
    microarchitecture,
    gpu: gpu && { kind: gpu.kind, arch: gpu.arch, driver: gpu.driver, build_with: gpu.buildWith },
    mpi: mpi && {
      family: mpi.family,
      version: mpi.version,
      abi: mpi.abi,
      build_with: mpi.buildWith,
      pmi: mpi.pmi,
      model: mpi.model,
    },
    fabric,
    scheduler,
    runtime: runtime && {
      name: runtime.name,
      version: runtime.version,
      build_allowed: runtime.buildAllowed,
      gpu_flag: runtime.gpuFlag,
    },
    modules,
    bind,
    env,
    run_line: runLine,
    unconfirmed,
    sources,
  } as const;
}
