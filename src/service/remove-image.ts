import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { planAttestationPaths, planLockPath } from '../build/attestation-files.ts';
import type { ImageRecord, ImageStore } from './ports.ts';

/**
 * Forgets an image and removes its SIF with what lies beside it. The name goes first: nobody is told of a file that is
 * about to go. A newer build may have taken the file's name a moment ago: its file stays.
 */
export async function removeImage(
  { id, sif, publishedAt }: ImageRecord,
  { images, directory }: { readonly images: Pick<ImageStore, 'remove'>; readonly directory: string },
): Promise<void> {
  await images.remove(id);
  if (sif === null) return;
  const path = join(directory, sif.filename);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.mtimeMs > publishedAt.getTime()) return;
  const { sbomPath, provenancePath } = planAttestationPaths(directory, sif.filename);
  const paths = [path, sbomPath, provenancePath, planLockPath(directory, sif.filename)];
  for (const one of paths) await rm(one, { force: true });
}
