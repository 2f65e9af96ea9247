import { type FileHandle, open } from 'node:fs/promises';
import { posix } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';
import { createFileReader } from '../tar/byte-reader.ts';
import type { TarEntry } from '../tar/entry.ts';
import { createTarReader } from '../tar/reader.ts';
import type { BlobRange } from './blob-store.ts';

/** A tar archive whose members are read where they are. */
export type Archive = {
  /** Follows links between members; undefined when there is no such file. */
  find(name: string): BlobRange | undefined;
  /** @throws SIF_SOURCE_INVALID - there is no such file */
  readText(name: string): Promise<string>;
  close(): Promise<void>;
};

type Member = { readonly entry: TarEntry; readonly offset: number };

const maxTextBytes = 4 * 2 ** 20;
const maxLinks = 10;

/**
 * Opens a tar archive and finds out where its members are; nothing is unpacked.
 *
 * @throws FILE_UNREADABLE, SIF_SOURCE_INVALID, SIF_SOURCE_TRUNCATED
 */
export async function openArchive(path: string): Promise<Archive> {
  const file = await openFile(path);
  try {
    const members = await indexMembers(file, path);
    const find = (name: string) => findFile(members, file, name);
    return {
      find,
      async readText(name) {
        const range = find(name);
        if (range === undefined || range.size > maxTextBytes) {
          throw new AppError('SIF_SOURCE_INVALID', `the archive ${path} has no ${name}`, {
            hint: 'an OCI archive has index.json, a Docker archive has manifest.json',
          });
        }
        const { buffer } = await file.read(Buffer.alloc(range.size), 0, range.size, range.offset);
        return buffer.toString('utf8');
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @throws FILE_UNREADABLE - missing, not allowed, or no file */
export async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    if ((await file.stat()).isFile()) return file;
  } catch (error) {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(path, error as NodeJS.ErrnoException), {
      cause: error,
    });
  }
  const isFolder = (await file.stat()).isDirectory();
  await file.close();
  throw new AppError('FILE_UNREADABLE', `${path} is ${isFolder ? 'a folder' : 'no file'}`);
}

async function indexMembers(file: FileHandle, path: string): Promise<Map<string, Member>> {
  const members = new Map<string, Member>();
  const bytes = createFileReader(file, { offset: 0, size: (await file.stat()).size });
  const reader = createTarReader(bytes);
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next())
      members.set(normalizeName(entry.name), { entry, offset: bytes.position() });
  } catch (error) {
    if (isAppError(error, 'SIF_SOURCE_TRUNCATED')) {
      throw new AppError('SIF_SOURCE_TRUNCATED', `the archive ${path} ends in the middle of a file`, {
        hint: 'it was not written or downloaded completely: make or fetch it again',
        cause: error,
      });
    }
    if (!isAppError(error, 'SIF_SOURCE_INVALID')) throw error;
    throw new AppError('SIF_SOURCE_INVALID', `${path} is no valid tar archive`, { cause: error });
  }
  return members;
}

/** Old Docker archives have a link in place of a layer that they hold already. */
function findFile(
  members: ReadonlyMap<string, Member>,
  file: FileHandle,
  start: string,
): BlobRange | undefined {
  let name = normalizeName(start);
  for (let links = 0; links < maxLinks; links++) {
    const member = members.get(name);
    if (member === undefined) return undefined;
    const { type, size, linkName } = member.entry;
    if (type === 'file') return { file, offset: member.offset, size };
    if (type === 'symlink') name = normalizeName(posix.join(posix.dirname(name), linkName));
    else if (type === 'hardlink') name = normalizeName(linkName);
    else return undefined;
  }
  return undefined;
}

function normalizeName(name: string): string {
  return posix.normalize(`/${name}`).slice(1);
}
