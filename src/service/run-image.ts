import { parseGpuSpec } from '../machine/gpu.ts';
import { findSystem } from '../machine/system/find-system.ts';
import { formatRun, planRunByGpu, planSystemRun, type RunPlan } from '../machine/system/run-plan.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import { formatSifUrl } from '../oci/sif-artifact.ts';
import type { BuildRecord } from './build-record.ts';
import type { ImageNaming } from './check-request.ts';
import type { ImageRecord } from './ports.ts';
import { parseServiceRequest } from './submit-build.ts';

/** How users get an image, and run it. */
export type ImageUse = {
  /** For `docker pull`; null where images are not pushed. */
  readonly dockerReference: string | null;
  /** For `apptainer pull`; null where images are not pushed. */
  readonly apptainerUrl: string | null;
  /** Lines of a job script; null for what Apptainer cannot get. */
  readonly runScript: string | null;
};

type Options = {
  readonly systems: readonly HpcSystem[];
  readonly naming: ImageNaming;
  /** What was asked for; absent where the build is gone: then nothing is known of GPUs. */
  readonly build: Pick<BuildRecord, 'request'> | undefined;
};

/** What a reader needs to run an image where it was built for, as `cic run-line` says it. */
export function planImageUse(
  image: Pick<ImageRecord, 'reference' | 'sif' | 'build'>,
  { systems, naming, build }: Options,
): ImageUse {
  const { reference, sif } = image;
  const { registryPrefix, pushesSif = false } = naming;
  const isPushed = registryPrefix !== undefined && reference.startsWith(`${registryPrefix}/`);
  const url = sif !== null && pushesSif ? formatSifUrl(reference) : `docker://${reference}`;
  const source = sif?.filename ?? (isPushed ? url : undefined);
  const plan = planRun(image.build?.machine, { systems, build });
  return {
    dockerReference: isPushed ? reference : null,
    apptainerUrl: isPushed ? url : null,
    runScript: source === undefined ? null : formatRun(plan, { image: source }),
  };
}

function planRun(
  machine: string | undefined,
  { systems, build }: Pick<Options, 'systems' | 'build'>,
): RunPlan {
  const system = machine === undefined ? undefined : findSystem(systems, machine);
  if (system !== undefined) return planSystemRun(system);
  const request = build && parseServiceRequest(build.request, systems).request;
  const gpu = request?.machine.gpu;
  return planRunByGpu(gpu === undefined ? undefined : parseGpuSpec(gpu).kind);
}
