import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';
import { withLock } from '../../exec/lock.ts';
import { run } from '../../exec/run.ts';
import { makePartialFolder } from '../../files/partial-folder.ts';
import { isComplete } from './local-source.ts';
import type { LocatedSource, SourceKind } from './source-kind.ts';
import { type SourceOptions, sourcesDirectory } from './source-options.ts';

/**
 * A source in a tarball, unpacked once into `<cache>/spack/<name>-<digest>`. It may have one folder around it,
 * as the archives of releases have.
 *
 * @throws SPACK_UNAVAILABLE - it cannot be unpacked, or is something else
 */
export async function unpackSource(
  file: string,
  kind: SourceKind,
  options: SourceOptions,
): Promise<LocatedSource> {
  const digest = await hashFile(file);
  const parent = sourcesDirectory(options);
  const folder = join(parent, `${kind.name}-${digest.slice(0, 16)}`);
  if (await isComplete(folder, kind)) return { folder };
  await mkdir(parent, { recursive: true });
  return withLock(`${folder}.lock`, options, async () => {
    if (await isComplete(folder, kind)) return { folder };
    options.onProgress?.(`Unpack ${kind.title} from ${file}`);
    await unpack(file, folder, { parent, kind, options });
    return { folder };
  });
}

type Unpacking = { readonly parent: string; readonly kind: SourceKind; readonly options: SourceOptions };

async function unpack(file: string, folder: string, { parent, kind, options }: Unpacking): Promise<void> {
  const partial = await makePartialFolder(parent);
  try {
    const args = [
      '--extract',
      '--no-same-owner',
      `--directory=${partial}`,
      `--file=${file}`,
      '--force-local',
    ];
    await run({ file: 'tar', args }, { signal: options.signal });
    const content = await findContent(partial, kind);
    if (content === undefined) {
      throw new AppError('SPACK_UNAVAILABLE', `${file} is not ${kind.title}`, {
        hint: `it has no ${kind.marks.join(' or ')}, neither at the top nor in its only folder`,
      });
    }
    await rm(folder, { recursive: true, force: true });
    await rename(content, folder);
  } catch (error) {
    if (!isAppError(error, 'EXEC_FAILED')) throw error;
    throw new AppError('SPACK_UNAVAILABLE', `${file} cannot be unpacked: ${error.message}`, {
      hint: 'fetch it again: it is damaged or no tar archive',
      cause: error,
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function findContent(partial: string, kind: SourceKind): Promise<string | undefined> {
  if (await isComplete(partial, kind)) return partial;
  const [name, ...others] = await readdir(partial);
  if (name === undefined || others.length > 0) return undefined;
  const only = join(partial, name);
  return (await isComplete(only, kind)) ? only : undefined;
}

/** SHA-256, as hex digits. */
async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash).catch((cause) => {
    throw new AppError('SPACK_UNAVAILABLE', explainUnreadable(file, cause), { cause });
  });
  return hash.digest('hex');
}
