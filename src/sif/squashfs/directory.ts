import { metadataBytes } from './layout.ts';

/** A name in a directory. */
export type DirectoryEntry = {
  /** A byte string (latin1). */
  readonly name: string;
  /** Number of the inode's basic type, also where it is an extended one. */
  readonly type: number;
  readonly inode: number;
  /** The inode's metadata block, from the start of the inode table, and the place in it. */
  readonly block: number;
  readonly place: number;
};

export type EncodedDirectory = {
  readonly bytes: Buffer;
  /** Headers that are the first in a metadata block other than the list's own first. */
  readonly marks: readonly { readonly position: number; readonly name: string }[];
};

type Run = { readonly position: number; readonly entries: DirectoryEntry[] };

const headerBytes = 12;
const entryBytes = 8;
const maxEntries = 256;
const maxDelta = 0x7fff;

/**
 * Encodes the list of a directory: runs of entries that share a header.
 *
 * ```
 * header   number of entries - 1 4, metadata block of their inodes 4, an inode number 4
 * entry    place in that block 2, inode number as a signed difference 2, type 2, length of the name - 1 2, name
 * ```
 *
 * @param entries By the bytes of their names.
 * @param start Where in the content of the directory table the list starts.
 */
export function encodeDirectory(entries: readonly DirectoryEntry[], start: number): EncodedDirectory {
  const { runs, size } = planRuns(entries, start);
  const bytes = Buffer.alloc(size);
  const marks: { position: number; name: string }[] = [];
  let lastBlock = blockOf(start);
  for (const { position, entries: members } of runs) {
    writeRun(bytes, position, members);
    const block = blockOf(start + position);
    const [first] = members;
    if (block !== lastBlock && first !== undefined) marks.push({ position, name: first.name });
    lastBlock = block;
  }
  return { bytes, marks };
}

/** A run ends with its metadata block, so that every block of the table has a header to be found by. */
function planRuns(entries: readonly DirectoryEntry[], start: number): { runs: Run[]; size: number } {
  const runs: Run[] = [];
  let run: Run | undefined;
  let position = 0;
  for (const entry of entries) {
    if (
      run === undefined ||
      !belongs(entry, run) ||
      blockOf(start + position) !== blockOf(start + run.position)
    ) {
      run = { position, entries: [] };
      runs.push(run);
      position += headerBytes;
    }
    run.entries.push(entry);
    position += entryBytes + entry.name.length;
  }
  return { runs, size: position };
}

function belongs(entry: DirectoryEntry, { entries }: Run): boolean {
  const [first] = entries;
  return (
    first !== undefined &&
    entries.length < maxEntries &&
    first.block === entry.block &&
    Math.abs(entry.inode - first.inode) <= maxDelta
  );
}

function writeRun(bytes: Buffer, position: number, entries: readonly DirectoryEntry[]): void {
  const base = entries[0]?.inode ?? 0;
  bytes.writeUInt32LE(entries.length - 1, position);
  bytes.writeUInt32LE(entries[0]?.block ?? 0, position + 4);
  bytes.writeUInt32LE(base, position + 8);
  let place = position + headerBytes;
  for (const entry of entries) {
    bytes.writeUInt16LE(entry.place, place);
    bytes.writeInt16LE(entry.inode - base, place + 2);
    bytes.writeUInt16LE(entry.type, place + 4);
    bytes.writeUInt16LE(entry.name.length - 1, place + 6);
    bytes.write(entry.name, place + entryBytes, 'latin1');
    place += entryBytes + entry.name.length;
  }
}

function blockOf(position: number): number {
  return Math.floor(position / metadataBytes);
}
