import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isProcessAlive } from '../../exec/process-alive.ts';
import { dataTypes } from '../format/layout.ts';
import type { ImageSource } from '../source/image-source.ts';
import { formatJson, planContainerFiles, planMountPoints } from './container-files.ts';
import { toConvertError } from './convert-error.ts';
import { describeImage } from './description.ts';
import type { FileSystemWriter } from './file-system-writer.ts';
import { createMksquashfsWriter } from './mksquashfs-writer.ts';
import { compressionLevels, isOwnCompression, type SifOptions } from './options.ts';
import { planRoot } from './root-plan.ts';
import { readRootTree } from './root-stream.ts';
import { createSquashfsWriter } from './squashfs-writer.ts';
import {
  completeSif,
  hashFile,
  partitionOffset,
  requireArchitectureCode,
  type SmallObject,
} from './write-sif.ts';

/** A converted file that is complete and on disk, under a temporary name. */
export type PendingSif = {
  /** The name that {@link publish} gives it. */
  readonly path: string;
  /** Where it is until then. */
  readonly partialPath: string;
  readonly sizeBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly warnings: readonly string[];
  /** Renames it, over a file of that name; readers of the old one keep it. */
  publish(): Promise<void>;
  discard(): Promise<void>;
};

export type ConvertCall = {
  readonly signal?: AbortSignal | undefined;
  /** Content bytes of the root file system that went through, and how many there are. */
  readonly onProgress?: ((bytesDone: number, bytesTotal: number) => void) | undefined;
};

/**
 * Converts an image to a SIF (or bare squashfs) beside its final place. The same image and options give
 * the same bytes: times come from the image, the UUID from its digest.
 *
 * @throws SIF_DISK_FULL - no space in the target folder
 * @throws SIF_OUTPUT_UNUSABLE - the target folder is missing or not writable
 * @throws SIF_CONVERT_FAILED, EXEC_NOT_FOUND - mksquashfs failed, was killed or is missing, where it is used
 * @throws SIF_DIGEST_MISMATCH, SIF_SOURCE_TRUNCATED, SIF_SOURCE_INVALID - the image is damaged
 * @throws CANCELLED - `signal` was aborted
 */
export async function convertToSif(
  source: ImageSource,
  outputPath: string,
  options: SifOptions & ConvertCall,
): Promise<PendingSif> {
  const path = resolve(outputPath);
  const partial = join(
    dirname(path),
    `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.partial`,
  );
  try {
    await removeAbandoned(dirname(path));
    const written = await writePartial(source, partial, options);
    return {
      path,
      partialPath: partial,
      ...written,
      publish: async () => {
        await rename(partial, path);
        await syncDirectory(dirname(path));
      },
      discard: () => rm(partial, { force: true }),
    };
  } catch (error) {
    // Where the folder is none, that is what the user has to know, not that nothing could be removed.
    await rm(partial, { force: true }).catch(() => undefined);
    throw toConvertError(error, dirname(path));
  }
}

async function writePartial(
  source: ImageSource,
  partial: string,
  options: SifOptions & ConvertCall,
): Promise<Pick<PendingSif, 'sizeBytes' | 'sha256' | 'warnings'>> {
  if (options.format === 'sif') requireArchitectureCode(source);
  const description = describeImage(source);
  const { createdAt } = description;
  const files = planContainerFiles(source.config, description);
  const plan = planRoot(
    await readRootTree(source, options.signal),
    { files, mountPoints: planMountPoints() },
    createdAt,
  );
  const objects: SmallObject[] = [
    { type: dataTypes.definitionFile, name: 'Definition.file', content: description.definition },
    { type: dataTypes.json, name: 'inspect-metadata.json', content: formatJson(description.inspectMetadata) },
    { type: dataTypes.json, name: 'oci-config.json', content: formatJson(source.config.config ?? {}) },
  ];
  const offsetBytes = options.format === 'sif' ? partitionOffset(objects) : 0;
  const { signal, onProgress } = options;
  let bytesDone = 0;
  const onContent = (bytes: number) => {
    bytesDone += bytes;
    onProgress?.(bytesDone, plan.contentBytes);
  };
  const target = { path: partial, offsetBytes, createdAt };
  await createWriter(options).write({ source, plan }, target, { signal, onContent });
  const written =
    options.format === 'sif'
      ? await completeSif(partial, { source, objects, createdAt })
      : await hashFile(partial);
  await syncFile(partial);
  return { ...written, warnings: [...description.warnings, ...plan.warnings] };
}

function createWriter(options: SifOptions): FileSystemWriter {
  const { compression, level } = options;
  if (!isOwnCompression(compression)) return createMksquashfsWriter(options);
  return createSquashfsWriter({
    ...options,
    compression,
    level: level ?? compressionLevels[compression].usual,
  });
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  await directory.sync().finally(() => directory.close());
}

const partialPattern = /^\..+\.(\d+)-[0-9a-f]{8}\.partial$/;

/** Removes what killed processes left in the folder. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(partialPattern.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isNaN(pid) && !isProcessAlive(pid)) await rm(join(directory, name), { force: true });
  }
}
