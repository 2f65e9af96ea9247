import { AppError } from '../../errors/app-error.ts';
import type { ByteReader } from './byte-reader.ts';
import { blockBytes, type EntryType, paddedSize, type TarEntry, typeFlags } from './entry.ts';
import { parsePaxRecords, xattrsOf } from './pax.ts';

export type TarReader = {
  /** The next member; what was not read of the one before is skipped. Undefined at the end. */
  next(): Promise<TarEntry | undefined>;
  /** A piece of the current member's content; empty when there is no more. */
  readContent(maxBytes: number): Promise<Buffer>;
};

/** Longest name, link or set of PAX records that is believed: more is a damaged archive. */
const maxMetadataBytes = 2 ** 20;

/**
 * Reads tar archives in the ustar, PAX and GNU forms.
 *
 * @throws SIF_SOURCE_INVALID - a header with a wrong checksum or of an unsupported kind
 * @throws SIF_SOURCE_TRUNCATED - the archive ends in the middle of a member
 * @see POSIX.1-2017, pax; GNU tar manual, Basic Tar Format
 */
export function createTarReader(bytes: ByteReader): TarReader {
  let contentLeft = 0;
  let padding = 0;
  const readMetadata = async (size: number) => {
    if (size > maxMetadataBytes) throw invalid(`a header of ${size} bytes`);
    const content = await bytes.read(size);
    const text = content.toString('latin1');
    await bytes.skip(paddedSize(size) - size);
    return text;
  };
  return {
    async next() {
      await bytes.skip(contentLeft + padding);
      contentLeft = 0;
      padding = 0;
      const extensions: Extensions = { pax: noRecords, longName: undefined, longLink: undefined };
      for (let header = await readHeader(bytes); header !== undefined; header = await readHeader(bytes)) {
        const flag = String.fromCharCode(header[156] ?? 0);
        if (isExtension(flag)) {
          extend(extensions, flag, await readMetadata(readNumber(header, 124, 12)));
          continue;
        }
        const entry = toEntry(header, flag, extensions);
        contentLeft = entry.size;
        padding = paddedSize(entry.size) - entry.size;
        return entry;
      }
      return undefined;
    },
    async readContent(maxBytes) {
      if (contentLeft === 0) return Buffer.alloc(0);
      const piece = await bytes.readSome(Math.min(maxBytes, contentLeft));
      if (piece.length === 0) await bytes.read(1);
      contentLeft -= piece.length;
      return piece;
    },
  };
}

/** Shared by all members without any: an image has very many. */
const noRecords: ReadonlyMap<string, string> = new Map();

/** What headers before the member's own say about it. */
type Extensions = {
  pax: ReadonlyMap<string, string>;
  longName: string | undefined;
  longLink: string | undefined;
};

function isExtension(flag: string): boolean {
  return flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K';
}

/** Global PAX headers (`g`) hold comments, such as the commit that `git archive` writes. */
function extend(extensions: Extensions, flag: string, text: string): void {
  if (flag === 'x') extensions.pax = parsePaxRecords(text);
  if (flag === 'L') extensions.longName = cutAtZero(text);
  if (flag === 'K') extensions.longLink = cutAtZero(text);
}

/** Undefined at the end of the archive: an empty block, or no more bytes. */
async function readHeader(bytes: ByteReader): Promise<Buffer | undefined> {
  const start = await bytes.readSome(blockBytes);
  if (start.length === 0) return undefined;
  const header = start.length === blockBytes ? start : await completeBlock(bytes, start);
  if (isZero(header)) return undefined;
  verifyChecksum(header);
  return header;
}

const typesByFlag = new Map<string, EntryType>([
  ...Object.entries(typeFlags).map(([type, flag]): [string, EntryType] => [flag, type as EntryType]),
  ['\0', 'file'],
  ['7', 'file'],
]);

function toEntry(header: Buffer, flag: string, { pax, longName, longLink }: Extensions): TarEntry {
  const name = pax.get('path') ?? longName ?? readName(header);
  const type = typesByFlag.get(flag);
  if (type === undefined || [...pax.keys()].some((key) => key.startsWith('GNU.sparse.'))) {
    const kind = type === undefined ? `of the unsupported kind "${flag}"` : 'stored as sparse';
    throw new AppError('SIF_SOURCE_INVALID', `${name} is a member ${kind}`, {
      hint: 'write the layer with a tool that makes POSIX tar archives',
    });
  }
  const numberOf = (key: string, offset: number, length: number) => {
    const text = pax.get(key);
    return text === undefined ? readNumber(header, offset, length) : Number(text);
  };
  return {
    name,
    type: type === 'file' && name.endsWith('/') ? 'directory' : type,
    linkName: pax.get('linkpath') ?? longLink ?? cutAtZero(header.toString('latin1', 157, 257)),
    mode: readNumber(header, 100, 8) & 0o7777,
    uid: numberOf('uid', 108, 8),
    gid: numberOf('gid', 116, 8),
    size: type === 'file' ? numberOf('size', 124, 12) : 0,
    mtime: Math.floor(numberOf('mtime', 136, 12)),
    deviceMajor: readNumber(header, 329, 8),
    deviceMinor: readNumber(header, 337, 8),
    xattrs: pax.size === 0 ? noRecords : xattrsOf(pax),
  };
}

function readName(header: Buffer): string {
  const name = cutAtZero(header.toString('latin1', 0, 100));
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? cutAtZero(header.toString('latin1', 345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or (with the top bit set) a big-endian two's complement number. */
function readNumber(header: Buffer, offset: number, length: number): number {
  const first = header[offset] ?? 0;
  if (first & 0x80) return readBinaryNumber(header.subarray(offset, offset + length));
  const text = cutAtZero(header.toString('latin1', offset, offset + length)).trim();
  if (text === '') return 0;
  if (!/^[0-7]+$/.test(text)) throw invalid(`the number "${text}"`);
  return Number.parseInt(text, 8);
}

/** The top bit only marks the form; the next one is the sign. */
function readBinaryNumber(field: Buffer): number {
  const unmarked = Buffer.from(field);
  const isNegative = ((unmarked[0] ?? 0) & 0x40) !== 0;
  unmarked[0] = isNegative ? (unmarked[0] ?? 0) | 0x80 : (unmarked[0] ?? 0) & 0x7f;
  return Number(BigInt.asIntN(field.length * 8, BigInt(`0x${unmarked.toString('hex')}`)));
}

function verifyChecksum(header: Buffer): void {
  let sum = 0;
  for (let index = 0; index < blockBytes; index++)
    sum += index >= 148 && index < 156 ? 32 : (header[index] ?? 0);
  if (readNumber(header, 148, 8) !== sum) throw invalid('a header with a wrong checksum');
}

async function completeBlock(bytes: ByteReader, start: Buffer): Promise<Buffer> {
  return Buffer.concat([start, await bytes.read(blockBytes - start.length)]);
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function cutAtZero(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

function invalid(what: string): AppError {
  return new AppError('SIF_SOURCE_INVALID', `a layer is no valid tar archive: it has ${what}`, {
    hint: 'the image is damaged: make or fetch it again',
  });
}
