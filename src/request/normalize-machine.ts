import { AppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import { parseGpuSpec } from '../machine/gpu.ts';
import type { ImageFormat, Machine } from '../machine/machine.ts';
import { findMicroarchitecture, isCompatible, type Microarchitecture } from '../machine/microarchitecture.ts';
import { requireKnownArchitecture, resolveArchitecture } from '../machine/resolve-architecture.ts';
import { requireSystem } from '../machine/system/find-system.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import { type Platform, parsePlatform } from '../oci/platform.ts';
import { check, type Report } from './check.ts';
import {
  gpuToolkit,
  mpiLibrary,
  parseGpuToolkit,
  parseMpiLibrary,
  reportUnknownLibrary,
} from './library-spec.ts';
import { toMachineFields } from './system-fields.ts';
import type { WireMachine, WireRequest } from './wire-request.ts';

/**
 * Checks a machine and resolves its names. Of a named HPC system comes what the fields beside its name
 * leave open.
 *
 * @param systems The ones that can be named.
 */
export function normalizeMachine(
  wire: WireRequest['machine'],
  systems: readonly HpcSystem[],
  report: Report,
): Machine | undefined {
  const own: WireMachine = typeof wire === 'string' ? {} : wire;
  const name = typeof wire === 'string' ? wire : wire.name || undefined;
  const field = typeof wire === 'string' ? 'machine' : 'machine.name';
  const system = check(field, name, (text) => requireSystem(systems, text), report);
  const machine = resolveMachine(own, system, report);
  if (name !== undefined && system === undefined) return undefined;
  if (machine !== undefined && system !== undefined) {
    reportForeignCode(machine, system, report);
    reportForeignGpu(machine, system, report);
  }
  return machine;
}

function resolveMachine(
  own: WireMachine,
  system: HpcSystem | undefined,
  report: Report,
): Machine | undefined {
  const wire = system === undefined ? own : toMachineFields(own, system);
  const platform = check('machine.platform', wire.platform ?? undefined, parsePlatform, report);
  const imageFormat = check(
    'machine.container_engine',
    wire.container_engine ?? undefined,
    parseContainerEngine,
    report,
  );
  const name = wire.architecture?.trim();
  const architecture = check(
    'machine.architecture',
    name,
    (text) => parseArchitecture(text, platform),
    report,
  );
  const { mpi, gpu } = resolveLibraries(own, wire, report);
  if (platform === undefined || architecture === undefined || imageFormat === undefined) return undefined;
  const gpuArch = gpu && findGpuArch(gpu, system);
  const requested = system === undefined || own.architecture ? name : system.name;
  return {
    platform,
    microarchitecture: architecture.name,
    requestedArchitecture: (requested ?? architecture.name).toLowerCase(),
    imageFormat,
    ...(mpi !== undefined && { mpi }),
    ...(gpu !== undefined && { gpu }),
    ...(gpuArch !== undefined && { gpuArch }),
    ...(system !== undefined && { system }),
  };
}

/** Names that come with the system are not the user's to correct. */
function resolveLibraries(
  own: WireMachine,
  wire: WireMachine,
  report: Report,
): { readonly mpi: string | undefined; readonly gpu: string | undefined } {
  const mpi = check('machine.mpi', wire.mpi || undefined, parseMpiLibrary, report);
  const gpu = check('machine.gpu', wire.gpu || undefined, parseGpuToolkit, report);
  if (own.mpi && mpi !== undefined) reportUnknownLibrary('machine.mpi', mpi, mpiLibrary, report);
  if (own.gpu && gpu !== undefined) reportUnknownLibrary('machine.gpu', gpu, gpuToolkit, report);
  return { mpi, gpu };
}

/** A spec that names no architecture is for the GPUs of the system, if it is for that kind at all. */
function findGpuArch(spec: string, system: HpcSystem | undefined): string | undefined {
  const { arch, kind } = parseGpuSpec(spec);
  return arch ?? (kind !== undefined && kind === system?.gpu?.kind ? system.gpu.arch : undefined);
}

/** An architecture beside the name of a system wins; the user may not have meant it. */
function reportForeignCode({ microarchitecture }: Machine, system: HpcSystem, report: Report): void {
  const builtFor = findMicroarchitecture(microarchitecture);
  const runsOn = findMicroarchitecture(system.microarchitecture);
  if (builtFor === undefined || runsOn === undefined || isCompatible(builtFor, runsOn)) return;
  report({
    severity: 'warning',
    field: 'machine.architecture',
    message: `code for ${microarchitecture} does not run on ${system.name}, whose processors are ${system.microarchitecture}`,
    hint: "leave it out, and it is the system's",
  });
}

/** A toolkit beside the name wins too; nothing would be compiled for the GPUs that are there. */
function reportForeignGpu({ gpu = '' }: Machine, { name, gpu: own }: HpcSystem, report: Report): void {
  const { kind } = parseGpuSpec(gpu);
  if (kind === undefined || kind === own?.kind) return;
  const there = own === undefined ? 'has no GPUs' : `has GPUs of another kind: ${own.kind} ${own.arch ?? ''}`;
  report({
    severity: 'warning',
    field: 'machine.gpu',
    message: `"${gpu}" is of no use on ${name}, which ${there.trimEnd()}`,
    hint: "leave it out, and it is the system's",
  });
}

/** Where the platform has a fault of its own, the name is checked all the same. */
function parseArchitecture(name: string, platform: Platform | undefined): Microarchitecture | undefined {
  if (platform !== undefined) return resolveArchitecture(name, platform);
  requireKnownArchitecture(name);
  return undefined;
}

const imageFormats: Readonly<Record<string, ImageFormat>> = {
  docker: 'oci',
  singularity: 'sif',
  apptainer: 'sif',
};

function parseContainerEngine(text: string): ImageFormat {
  const engines = Object.keys(imageFormats);
  const engine = engines.find((name) => name === text.toLowerCase());
  const format = engine === undefined ? undefined : imageFormats[engine];
  if (format !== undefined) return format;
  const nearest = findNearestName(text, engines);
  throw new AppError('REQUEST_INVALID', `"${text}" is not a container engine that CIC knows`, {
    hint: nearest === undefined ? `use one of ${engines.join(', ')}` : `did you mean "${nearest}"?`,
  });
}
