import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive } from '../../exec/process-alive.ts';
import type { ImageSource } from './image-source.ts';

/**
 * Opens an image that has to be put into a folder first. The folder is removed when the source is closed,
 * and when `open` fails.
 *
 * @param workDirectory Made when missing; what killed processes left in it is removed.
 */
export async function openInFolder(
  workDirectory: string,
  open: (folder: string) => Promise<ImageSource>,
): Promise<ImageSource> {
  await mkdir(workDirectory, { recursive: true, mode: 0o700 });
  await removeAbandoned(workDirectory);
  const folder = await mkdtemp(join(workDirectory, `source-${process.pid}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const source = await open(folder);
    return { ...source, close: () => source.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function removeAbandoned(workDirectory: string): Promise<void> {
  for (const name of await readdir(workDirectory)) {
    const pid = Number(/^source-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isNaN(pid) && !isProcessAlive(pid))
      await rm(join(workDirectory, name), { recursive: true, force: true });
  }
}
