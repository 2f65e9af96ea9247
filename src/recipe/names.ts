import type { BuildRequest } from '../request/build-request.ts';
import type { ImageNames } from './recipe.ts';

const maxTagChars = 128;

/**
 * Names the result as clients expect it. The architecture is the one the user asked for (`rome`, not
 * `zen2`), so that names in users' scripts hold; the content's identity is the recipe digest.
 */
export function planImageNames(request: BuildRequest, site: { readonly imagesPrefix: string }): ImageNames {
  const name = formatName(request);
  const tag = formatTag(request.source.kind === 'base' ? 'latest' : request.source.version);
  return {
    repository: `${site.imagesPrefix.toLowerCase()}${name}`,
    tag,
    sifFilename: `${name}_v_${tag}.sif`,
  };
}

function formatName({ machine, source }: BuildRequest): string {
  const [workflow, step] = source.kind === 'base' ? ['base', 'base'] : [source.workflow, source.stepId];
  const parts = [
    workflow,
    step,
    machine.requestedArchitecture,
    machine.mpi ?? 'nompi',
    machine.gpu ?? 'nogpu',
  ];
  return parts.map(toRepositoryPart).join('_');
}

/**
 * Characters that a repository name cannot hold become `_`; so does `@`. A repository component begins
 * and ends with a letter or digit and has no `..` or `___`.
 *
 * @see OCI distribution-spec, Pulling manifests: the `<name>` grammar
 */
function toRepositoryPart(text: string): string {
  const part = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, '_')
    .replaceAll(/_{3,}/g, '__');
  return part.replaceAll(/\.{2,}/g, '.').replaceAll(/^[._-]+|[._-]+$/g, '');
}

/** A git ref such as `feature/x` is no valid tag: what a tag cannot hold becomes `_`. */
function formatTag(version: string): string {
  const tag = version
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, '_')
    .replace(/^[.-]+/, '');
  return tag.slice(0, maxTagChars);
}
