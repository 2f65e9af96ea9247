import type { BuildRecord } from '../../service/build-record.ts';
import type { ImageRecord, ImageStore } from '../../service/ports.ts';

/** The image that a build has published, as long as its name stands for the same content. */
export async function findBuiltImage(
  { imageReference: reference, manifestDigest, sifFilename, sifSha256 }: BuildRecord,
  images: Pick<ImageStore, 'findByName'>,
): Promise<ImageRecord | undefined> {
  if (reference === null) return undefined;
  const image = await images.findByName({ reference, sifFilename });
  const isSame = image?.manifestDigest === manifestDigest && (image?.sif?.sha256 ?? null) === sifSha256;
  return isSame ? image : undefined;
}
