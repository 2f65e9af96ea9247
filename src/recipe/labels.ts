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
    'cic.machine.mpi': machine.mpi,
    'cic.machine.gpu': machine.gpu,
  };
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
