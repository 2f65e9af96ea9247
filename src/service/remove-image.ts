import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { planAttestationPaths, planLockPath } from '../build/attestation-files.ts';
import type { ImageRecord, ImageStore } from './ports.ts';

/**
 * Forgets an image and removes its SIF with what lies beside it. The name goes first: nobody is told of a file that is
 * about to go. A newer build may have taken the file's name a moment ago: its file stays.
 *
 * @returns False when the image is gone, or was published anew meanwhile: then nothing is removed.
 */
export async function removeImage(
  image: ImageRecord,
  { images, directory }: { readonly images: Pick<ImageStore, 'remove'>; readonly directory: string },
): Promise<boolean> {
  const { sif, publishedAt } = image;
  if (!(await images.remove(image))) return false;
  if (sif === null) return true;
  const path = join(directory, sif.filename);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.mtimeMs > publishedAt.getTime()) return true;
  const { sbomPath, provenancePath } = planAttestationPaths(directory, sif.filename);
  const paths = [path, sbomPath, provenancePath, planLockPath(directory, sif.filename)];
  for (const one of paths) await rm(one, { force: true });
  return true;
}
