import type { Problem } from '../errors/problem.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import { planImageNames } from '../recipe/names.ts';
import type { BuildRequest } from '../request/build-request.ts';
import { parseServiceRequest } from './submit-build.ts';

/** The operator's part of image names. */
export type ImageNaming = {
  readonly imagesPrefix: string;
  /** Registry and path that images are pushed under; absent where there is no registry. */
  readonly registryPrefix?: string;
  /** SIF files are pushed beside their images. Default false. */
  readonly pushesSif?: boolean;
};

export type CheckedRequest = {
  readonly problems: readonly Problem[];
  /** Absent when the request has errors, as is what would result. */
  readonly request?: BuildRequest;
  readonly names?: {
    /** Full image reference. */
    readonly image: string;
    /** Absent for an image for Docker. */
    readonly sifFilename?: string;
  };
};

/** Everything that is wrong with a request (JSON text), and the names of what it asks for; nothing is fetched. */
export function checkRequest(
  text: string,
  { systems, naming }: { readonly systems: readonly HpcSystem[]; readonly naming: ImageNaming },
): CheckedRequest {
  const { request, problems } = parseServiceRequest(text, systems);
  if (request === undefined) return { problems };
  const { repository, tag, sifFilename } = planImageNames(request, naming);
  const registry = naming.registryPrefix === undefined ? '' : `${naming.registryPrefix}/`;
  const hasSif = request.machine.imageFormat === 'sif';
  const names = { image: `${registry}${repository}:${tag}`, ...(hasSif && { sifFilename }) };
  return { problems, request, names };
}
