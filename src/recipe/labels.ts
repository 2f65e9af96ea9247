import { formatMpi } from '../machine/mpi.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import type { Digest } from '../oci/digest.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { BuildRequest } from '../request/build-request.ts';
import type { Step } from '../step/step.ts';
import type { ResolvedBase } from './base-image.ts';
import type { ImageNames } from './recipe.ts';

export type LabelInput = {
  readonly request: BuildRequest;
  readonly step?: Step;
  readonly base: ResolvedBase;
  readonly names: ImageNames;
  readonly digest: Digest;
  readonly toolVersion: string;
};

/** Labels that `cic run-line` reads back. */
export const labelNames = {
  machine: 'cic.machine.name',
  mpi: 'cic.machine.mpi',
  gpu: 'cic.machine.gpu',
  runLine: 'cic.run-line',
} as const;

/**
 * What the image says about itself: the OCI annotations where they have a word for it, `cic.*` else.
 *
 * @see OCI image-spec, annotations.md, Pre-Defined Annotation Keys
 */
export function planLabels(input: LabelInput): Record<string, string> {
  const { request, step, base, names, digest } = input;
  const { machine } = request;
  const labels: Record<string, string | undefined> = {
    'org.opencontainers.image.title': names.repository,
    'org.opencontainers.image.version': names.tag,
    'org.opencontainers.image.source': step?.registryUrl,
    'org.opencontainers.image.revision': step?.commit,
    'org.opencontainers.image.base.name': base.base.kind === 'reference' ? base.base.reference : undefined,
    'org.opencontainers.image.base.digest': base.digest,
    'cic.version': input.toolVersion,
    'cic.recipe.digest': digest,
    'cic.workflow': step?.workflow,
    'cic.step': step?.stepId,
    'cic.machine.platform': formatPlatform(machine.platform),
    'cic.machine.microarchitecture': machine.microarchitecture,
    [labelNames.mpi]: machine.mpi,
    [labelNames.gpu]: machine.gpu,
    ...(machine.system && describeHost(machine.system)),
  };
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** What the image expects of the system that it was built for. */
function describeHost({ name, mpi, gpu, runLine }: HpcSystem): Record<string, string | undefined> {
  return {
    [labelNames.machine]: name,
    'cic.host.mpi': mpi && formatMpi(mpi),
    'cic.host.mpi.abi': mpi?.abi,
    'cic.host.pmi': mpi?.pmi,
    'cic.host.gpu.driver': gpu?.driver,
    [labelNames.runLine]: runLine,
  };
}
