import { AppError } from '../../errors/app-error.ts';

/** Where an image is read from, as a user names it. */
export type SourceName =
  | ArchiveName
  | LayoutName
  | { readonly kind: 'daemon' | 'registry'; readonly name: string };

export type LayoutName = { readonly kind: 'layout' } & PathName;
export type ArchiveName = { readonly kind: 'archive'; readonly form: 'oci' | 'docker' } & PathName;

type PathName = {
  readonly path: string;
  /** Chooses among several images. */
  readonly tag: string | undefined;
};

export const sourceForms = [
  'oci:DIR[:tag]',
  'oci-archive:FILE[:tag]',
  'docker-archive:FILE[:name]',
  'docker-daemon:NAME',
  'docker://REFERENCE',
] as const;

/**
 * Reads the name of a source. A path ends at the first colon, as with skopeo.
 *
 * @throws SIF_SOURCE_INVALID - none of {@link sourceForms}
 * @see containers-transports(5)
 */
export function parseSourceName(text: string): SourceName {
  const [, reference] = /^docker:\/\/(.+)$/s.exec(text) ?? [];
  if (reference !== undefined) return { kind: 'registry', name: reference };
  const [, name] = /^docker-daemon:([^-].*)$/s.exec(text) ?? [];
  if (name !== undefined) return { kind: 'daemon', name: withTag(name) };
  const [, transport = '', path = '', tag] = /^([a-z-]+):([^:]+)(?::(.+))?$/s.exec(text) ?? [];
  if (transport === 'oci') return { kind: 'layout', path, tag };
  if (transport === 'oci-archive') return { kind: 'archive', form: 'oci', path, tag };
  if (transport === 'docker-archive') return { kind: 'archive', form: 'docker', path, tag };
  throw new AppError('SIF_SOURCE_INVALID', `"${text}" does not name an image`, {
    hint: /^[^:]+\.tar(?:\.\w+)?$/.test(text)
      ? `write docker-archive:${text} for what \`docker save\` writes, oci-archive:${text} for an OCI archive`
      : `write ${sourceForms.join(', ')}`,
  });
}

/** skopeo wants the tag that Docker takes for granted. */
function withTag(name: string): string {
  return /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
}
