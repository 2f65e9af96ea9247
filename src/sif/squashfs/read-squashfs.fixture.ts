import { inflateSync, zstdDecompressSync } from 'node:zlib';
import { decodeSuperblock, type Superblock } from '../format/squashfs.ts';
import { metadataBytes, noIndex, uncompressedBlock, uncompressedMetadata } from './layout.ts';

/** What is known about a path of a file system. */
export type ReadNode = {
  readonly type: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly number: number;
  readonly links: number;
  /** Of files: their bytes; of symbolic links: the target. */
  readonly content?: Buffer;
  readonly device?: number;
  readonly xattrs: ReadonlyMap<string, string>;
};

/** Reads a whole small squashfs by paths, the root's being empty. Checks what a kernel takes on trust. */
export function readSquashfs(image: Buffer): Map<string, ReadNode> {
  const reader = new SquashfsReader(image);
  const { rootBlock, rootOffset } = reader.superblock;
  const found = new Map<string, ReadNode>();
  const visit = (path: string, place: Place): void => {
    const { node, listing } = reader.readInode(place);
    found.set(path, node);
    if (listing === undefined) return;
    for (const entry of reader.readListing(listing))
      visit(path === '' ? entry.name : `${path}/${entry.name}`, entry);
  };
  visit('', { block: rootBlock, place: rootOffset });
  return found;
}

type Place = { readonly block: number; readonly place: number };
type ReadListing = Place & { readonly sizeBytes: number };
type ReadInode = { readonly node: ReadNode; readonly listing?: ReadListing };
type FileFields = {
  readonly first: number;
  readonly size: number;
  readonly fragment: number;
  readonly place: number;
};

const namespaces = ['user.', 'trusted.', 'security.'];
const sizeMask = uncompressedBlock - 1;

class SquashfsReader {
  readonly superblock: Superblock;
  readonly #image: Buffer;
  readonly #metadata = new Map<number, { readonly content: Buffer; readonly end: number }>();

  constructor(image: Buffer) {
    this.#image = image;
    this.superblock = decodeSuperblock(image);
  }

  readInode(at: Place): ReadInode {
    const start = this.#readInodeBytes(at, 0, 16);
    const basic = {
      type: start.readUInt16LE(0),
      mode: start.readUInt16LE(2),
      uid: this.#readId(start.readUInt16LE(4)),
      gid: this.#readId(start.readUInt16LE(6)),
      mtime: start.readUInt32LE(8),
      number: start.readUInt32LE(12),
    };
    const word = (offset: number) => this.#readInodeBytes(at, offset, 4).readUInt32LE();
    const short = (offset: number) => this.#readInodeBytes(at, offset, 2).readUInt16LE();
    const xattrsAt = (offset: number) =>
      basic.type > 7 ? this.#readXattrs(word(offset)) : new Map<string, string>();
    switch (basic.type) {
      case 1:
        return {
          node: { ...basic, links: word(20), xattrs: new Map() },
          listing: { block: word(16), place: short(26), sizeBytes: short(24) - 3 },
        };
      case 8:
        return {
          node: { ...basic, links: word(16), xattrs: xattrsAt(36) },
          listing: { block: word(24), place: short(34), sizeBytes: word(20) - 3 },
        };
      case 2: {
        const fields = { first: word(16), size: word(28), fragment: word(20), place: word(24) };
        return { node: { ...basic, links: 1, xattrs: new Map(), content: this.#readFile(at, fields, 32) } };
      }
      case 9: {
        const sizes = this.#readInodeBytes(at, 16, 16);
        const [first, size] = [Number(sizes.readBigUInt64LE(0)), Number(sizes.readBigUInt64LE(8))];
        const content = this.#readFile(at, { first, size, fragment: word(44), place: word(48) }, 56);
        return { node: { ...basic, links: word(40), xattrs: xattrsAt(52), content } };
      }
      case 3:
      case 10: {
        const content = this.#readInodeBytes(at, 24, word(20));
        return { node: { ...basic, links: word(16), xattrs: xattrsAt(24 + content.length), content } };
      }
      case 6:
      case 7:
      case 13:
      case 14:
        return { node: { ...basic, links: word(16), xattrs: xattrsAt(20) } };
      default:
        return { node: { ...basic, links: word(16), device: word(20), xattrs: xattrsAt(24) } };
    }
  }

  *readListing({ block, place, sizeBytes }: ReadListing): Generator<Place & { readonly name: string }> {
    const list = this.#readFrom(this.#number(72) + block, place, sizeBytes);
    for (let position = 0; position < list.length; ) {
      const count = list.readUInt32LE(position) + 1;
      const inodes = { block: list.readUInt32LE(position + 4), base: list.readUInt32LE(position + 8) };
      position += 12;
      for (let done = 0; done < count; done++) {
        const end = position + 8 + list.readUInt16LE(position + 6) + 1;
        yield this.#readName(list.subarray(position, end), inodes);
        position = end;
      }
    }
  }

  #readName(entry: Buffer, { block, base }: { readonly block: number; readonly base: number }) {
    const found = { name: entry.toString('latin1', 8), block, place: entry.readUInt16LE(0) };
    const { node } = this.readInode(found);
    if (node.number !== base + entry.readInt16LE(2))
      throw new Error(`${found.name} has another inode number`);
    if (((node.type - 1) % 7) + 1 !== entry.readUInt16LE(4))
      throw new Error(`${found.name} has another type`);
    const exported = Number(this.#readEntry(this.#number(88), node.number - 1, 8).readBigUInt64LE());
    if (exported !== block * 65_536 + found.place)
      throw new Error(`${found.name} is exported as something else`);
    return found;
  }

  #readFile(at: Place, { first, size, fragment, place }: FileFields, listOffset: number): Buffer {
    const { blockSizeBytes } = this.superblock;
    const count = fragment === noIndex ? Math.ceil(size / blockSizeBytes) : Math.floor(size / blockSizeBytes);
    const words = this.#readInodeBytes(at, listOffset, count * 4);
    const parts: Buffer[] = [];
    for (let index = 0, start = first; index < count; index++) {
      const word = words.readUInt32LE(index * 4);
      const length = Math.min(blockSizeBytes, size - index * blockSizeBytes);
      parts.push(word === 0 ? Buffer.alloc(length) : this.#readBlock(start, word));
      start += word & sizeMask;
    }
    if (fragment !== noIndex) {
      const entry = this.#readEntry(this.#number(80), fragment, 16);
      const block = this.#readBlock(Number(entry.readBigUInt64LE()), entry.readUInt32LE(8));
      parts.push(block.subarray(place, place + (size % blockSizeBytes)));
    }
    const content = Buffer.concat(parts);
    if (content.length !== size) throw new Error(`a file has ${content.length} bytes instead of ${size}`);
    return content;
  }

  #readXattrs(index: number): Map<string, string> {
    const found = new Map<string, string>();
    const table = this.superblock.xattrTable;
    if (index === noIndex || table === undefined) return found;
    const set = this.#readEntry(table + 16, index, 16);
    const address = Number(set.readBigUInt64LE());
    const block = this.#number(table) + Math.floor(address / 65_536);
    const read = (position: number, size: number) =>
      this.#readFrom(block, (address % 65_536) + position, size);
    let position = 0;
    for (let left = set.readUInt32LE(8); left > 0; left--) {
      const start = read(position, 4);
      const name = read(position + 4, start.readUInt16LE(2)).toString('latin1');
      position += 4 + name.length;
      const size = read(position, 4).readUInt32LE();
      found.set(`${namespaces[start.readUInt16LE()]}${name}`, read(position + 4, size).toString('latin1'));
      position += 4 + size;
    }
    return found;
  }

  #readId(index: number): number {
    if (index >= this.superblock.ids) throw new Error(`there is no id ${index}`);
    return this.#readEntry(this.superblock.idTable, index, 4).readUInt32LE();
  }

  /** An entry of a table that is found by pointers. */
  #readEntry(pointers: number, index: number, size: number): Buffer {
    const position = index * size;
    const start = this.#number(pointers + Math.floor(position / metadataBytes) * 8);
    return this.#readFrom(start, position % metadataBytes, size);
  }

  #readInodeBytes({ block, place }: Place, offset: number, size: number): Buffer {
    return this.#readFrom(this.superblock.inodeTable + block, place + offset, size);
  }

  /** Bytes from a place in a metadata block on, across the ones behind it. */
  #readFrom(block: number, place: number, size: number): Buffer {
    const parts: Buffer[] = [];
    for (let [start, skipped, missing] = [block, place, size]; missing > 0; ) {
      const { content, end } = this.#readMetadata(start);
      const part = content.subarray(skipped, skipped + missing);
      parts.push(part);
      missing -= part.length;
      skipped = Math.max(0, skipped - content.length);
      start = end;
    }
    return Buffer.concat(parts);
  }

  #readMetadata(start: number) {
    const known = this.#metadata.get(start);
    if (known !== undefined) return known;
    const word = this.#image.readUInt16LE(start);
    const end = start + 2 + (word & ~uncompressedMetadata);
    const bytes = this.#image.subarray(start + 2, end);
    const read = { content: word & uncompressedMetadata ? bytes : this.#unpack(bytes), end };
    if (read.content.length > metadataBytes) throw new Error(`the metadata block at ${start} is too large`);
    this.#metadata.set(start, read);
    return read;
  }

  #readBlock(start: number, word: number): Buffer {
    const bytes = this.#image.subarray(start, start + (word & sizeMask));
    return word & uncompressedBlock ? bytes : this.#unpack(bytes);
  }

  #unpack(bytes: Buffer): Buffer {
    return this.superblock.compression === 'zstd' ? zstdDecompressSync(bytes) : inflateSync(bytes);
  }

  #number(offset: number): number {
    return Number(this.#image.readBigUInt64LE(offset));
  }
}
