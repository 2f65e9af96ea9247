import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';
import { openLayoutBlobs } from './blob-store.ts';
import { decompressArchive, detectArchiveCompression } from './compressed-archive.ts';
import { openDaemonImage } from './daemon.ts';
import { openDockerArchive } from './docker-archive.ts';
import type { ImageSource } from './image-source.ts';
import { openLayoutImage, type Selection } from './layout.ts';
import { openOciArchive } from './oci-archive.ts';
import { openRemoteImage, type RemoteOptions } from './remote.ts';
import { openInFolder } from './source-folder.ts';
import { type ArchiveName, parseSourceName } from './source-name.ts';

/**
 * Opens the image that a user names. Layouts and archives are read where they are; images of a registry
 * or of Docker, and compressed archives, are put into the work folder first.
 *
 * @throws SIF_SOURCE_INVALID, SIF_SOURCE_TRUNCATED, SIF_SOURCE_UNAVAILABLE, SIF_DIGEST_MISMATCH,
 *   FILE_UNREADABLE, EXEC_NOT_FOUND, CANCELLED
 */
export async function openImageSource(text: string, options: RemoteOptions): Promise<ImageSource> {
  const name = parseSourceName(text);
  switch (name.kind) {
    case 'registry':
      return openRemoteImage(text, options);
    case 'daemon':
      return openDaemonImage(name.name, options);
    case 'layout':
      return openLayoutDirectory(name.path, { tag: name.tag, platform: options.platform });
    case 'archive':
      return openAnyArchive(name, options);
  }
}

async function openLayoutDirectory(path: string, selection: Selection): Promise<ImageSource> {
  const index = await readFile(join(path, 'index.json'), 'utf8').catch(async (error: unknown) => {
    await requireFolder(path);
    throw new AppError('FILE_UNREADABLE', `${path} is no OCI image layout: it has no readable index.json`, {
      hint: 'name the folder that holds index.json, oci-layout and blobs',
      cause: error,
    });
  });
  const blobs = openLayoutBlobs(path);
  try {
    return await openLayoutImage(blobs, index, selection);
  } catch (error) {
    await blobs.close();
    throw error;
  }
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(path, cause), { cause });
  });
  if (found.isDirectory()) return;
  throw new AppError('FILE_UNREADABLE', `${path} is a file, not the folder of an OCI image layout`, {
    hint: `write oci-archive:${path} for an OCI archive, docker-archive:${path} for what \`docker save\` writes`,
  });
}

async function openAnyArchive(name: ArchiveName, options: RemoteOptions): Promise<ImageSource> {
  const { workDirectory, signal, platform } = options;
  const selection: Selection = { tag: name.tag, platform };
  const openPlain = name.form === 'oci' ? openOciArchive : openDockerArchive;
  const compression = await detectArchiveCompression(name.path);
  if (compression === undefined) return openPlain(name.path, selection);
  return openInFolder(workDirectory, async (folder) => {
    const output = join(folder, 'image.tar');
    await decompressArchive(name.path, { compression, output, signal });
    return openPlain(output, selection);
  });
}
