/** Appended to the tag of an image: the SIF beside it in a registry. */
const tagSuffix = '-sif';

/** Tag of the SIF of an image with this tag. */
export function toSifTag(tag: string): string {
  return `${tag}${tagSuffix}`;
}

/**
 * What `apptainer pull` takes for the SIF of a pushed image.
 *
 * @param reference Of the image: `registry/repository:tag`.
 */
export function formatSifUrl(reference: string): string {
  return `oras://${toSifTag(reference)}`;
}
