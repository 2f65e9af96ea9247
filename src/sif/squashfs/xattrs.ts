import type { Compress } from './compressor.ts';
import { metadataBytes, toReference } from './layout.ts';
import { createMetadataTable } from './metadata-table.ts';
import { encodeNumbers, encodePointerTable, type PointerTable } from './pointer-table.ts';

/** Namespaces of extended attributes that squashfs has, by their numbers. */
const namespaces = ['user.', 'trusted.', 'security.'] as const;

/** Sets of extended attributes; files with the same ones share a set. */
export type XattrSets = {
  /** Index of a set; undefined for none. Names of other namespaces are left out. */
  indexOf(xattrs: ReadonlyMap<string, string>): number | undefined;
  /** Undefined when there are none. */
  encode(place: number, compress: Compress): Promise<PointerTable | undefined>;
};

type XattrSet = {
  readonly bytes: Buffer;
  readonly count: number;
  /** Bytes of names with their prefix and a zero, and of values. */
  readonly plainBytes: number;
};

/**
 * ```
 * attribute   namespace 2, length of the name 2, name without its namespace, length of the value 4, value
 * set         address of its first attribute 8, number of attributes 4, their plain size 4
 * header      where the attributes start 8, number of sets 4, unused 4
 * ```
 *
 * @see Linux, fs/squashfs/squashfs_fs.h, struct squashfs_xattr_entry
 */
export function createXattrSets(): XattrSets {
  const sets: XattrSet[] = [];
  const indexes = new Map<string, number>();
  return {
    indexOf(xattrs) {
      if (xattrs.size === 0) return undefined;
      const set = encodeSet(xattrs);
      if (set.count === 0) return undefined;
      const key = set.bytes.toString('latin1');
      const known = indexes.get(key);
      if (known !== undefined) return known;
      indexes.set(key, sets.length);
      sets.push(set);
      return sets.length - 1;
    },
    encode: async (place, compress) => (sets.length === 0 ? undefined : encodeSets(sets, place, compress)),
  };
}

function encodeSet(xattrs: ReadonlyMap<string, string>): XattrSet {
  const parts: Buffer[] = [];
  let plainBytes = 0;
  for (const [name, value] of [...xattrs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const namespace = namespaces.findIndex((prefix) => name.startsWith(prefix) && name !== prefix);
    if (namespace === -1) continue;
    const own = name.slice(namespaces[namespace]?.length);
    const bytes = Buffer.alloc(8 + own.length + value.length);
    bytes.writeUInt16LE(namespace, 0);
    bytes.writeUInt16LE(own.length, 2);
    bytes.write(own, 4, 'latin1');
    bytes.writeUInt32LE(value.length, 4 + own.length);
    bytes.write(value, 8 + own.length, 'latin1');
    parts.push(bytes);
    plainBytes += name.length + 1 + value.length;
  }
  return { bytes: Buffer.concat(parts), count: parts.length, plainBytes };
}

async function encodeSets(
  sets: readonly XattrSet[],
  place: number,
  compress: Compress,
): Promise<PointerTable> {
  const table = createMetadataTable(compress);
  const entries = Buffer.alloc(sets.length * 16);
  for (const [index, { bytes, count, plainBytes }] of sets.entries()) {
    const position = table.position();
    const reference = toReference(table.blockStart(position), position % metadataBytes);
    entries.writeBigUInt64LE(BigInt(reference), index * 16);
    entries.writeUInt32LE(count, index * 16 + 8);
    entries.writeUInt32LE(plainBytes, index * 16 + 12);
    await table.append(bytes);
  }
  const values = (await table.finish()).bytes;
  const header = encodeNumbers([place, sets.length]);
  const ids = await encodePointerTable(entries, { place: place + values.length, compress, header });
  return { bytes: Buffer.concat([values, ids.bytes]), start: ids.start };
}
