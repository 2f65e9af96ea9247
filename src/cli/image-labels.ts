import { stat } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { type ImageLabels, readLocalLabels } from '../engine/local-labels.ts';
import { AppError } from '../errors/app-error.ts';
import { inspectSif } from '../sif/inspect/inspect-sif.ts';
import { openImageSource } from '../sif/source/open-source.ts';
import type { CliContext } from './io.ts';

/**
 * What an image says about itself: a SIF, a layout or archive as `cic sif create` names them, or an image of
 * the local engine.
 *
 * @throws FILE_UNREADABLE - there is no such image
 * @throws SIF_INVALID, SIF_SOURCE_INVALID
 */
export async function readImageLabels(
  image: string,
  { engine, directories }: Config,
  { signal }: CliContext,
): Promise<ImageLabels> {
  if (/^(?:oci|oci-archive|docker-archive):/.test(image)) {
    const source = await openImageSource(image, { signal, workDirectory: directories.work });
    await source.close();
    return source.config.config?.Labels ?? {};
  }
  const isFile = await stat(image).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) return (await inspectSif(image)).labels;
  const name = image.replace(/^docker-daemon:/, '');
  const labels = await readLocalLabels(name, engine.buildah, { signal });
  if (labels !== undefined) return labels;
  throw new AppError('FILE_UNREADABLE', `there is neither a file nor a local image ${image}`, {
    hint: 'name a .sif file, oci:DIR, oci-archive:FILE or an image of the local engine, or a system with --machine',
  });
}
