import { blockBytes, paddedSize, type TarEntry, typeFlags } from './entry.ts';
import { formatPaxRecords, toXattrRecord } from './pax.ts';

const maxNameBytes = 100;
const maxOctal7 = 0o7777777;
const maxOctal11 = 0o77777777777;

/** The header blocks of a member; its content and {@link paddingAfter} follow. */
export function encodeTarHeader(entry: TarEntry): Buffer {
  const records = collectPaxRecords(entry);
  const header = encodeUstar(entry);
  const parts = [
    ...(entry.linkName.length > maxNameBytes ? encodeExtension('K', `${entry.linkName}\0`) : []),
    ...(records.size > 0 ? encodeExtension('x', formatPaxRecords(records)) : []),
    header,
  ];
  return parts.length === 1 ? header : Buffer.concat(parts);
}

/**
 * A member that extends the one after it: `x` holds PAX records, `K` a long link. Links are not put in a
 * PAX record because mksquashfs 4.5.1 takes `/` and `../` off the start of those, in symbolic links too.
 */
function encodeExtension(flag: 'x' | 'K', content: string): Buffer[] {
  const text = Buffer.from(content, 'latin1');
  const name = flag === 'x' ? 'PaxHeader' : '././@LongLink';
  return [encodeUstar({ ...extensionEntry, name, size: text.length }, flag), text, paddingAfter(text.length)];
}

/** Zero bytes that fill the last block of a member's content. */
export function paddingAfter(size: number): Buffer {
  return Buffer.alloc(paddedSize(size) - size);
}

/** Two empty blocks end an archive. */
export const endOfArchive = Buffer.alloc(2 * blockBytes);

const extensionEntry: TarEntry = {
  name: '',
  type: 'file',
  linkName: '',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs: new Map(),
};

/** What a ustar header has no room for. */
function collectPaxRecords(entry: TarEntry): Map<string, string> {
  const records = new Map<string, string>();
  if (entry.name.length > maxNameBytes) records.set('path', entry.name);
  if (entry.uid > maxOctal7) records.set('uid', String(entry.uid));
  if (entry.gid > maxOctal7) records.set('gid', String(entry.gid));
  if (entry.size > maxOctal11) records.set('size', String(entry.size));
  for (const [name, value] of [...entry.xattrs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    records.set(toXattrRecord(name), value);
  }
  return records;
}

function encodeUstar(entry: TarEntry, flag: string = typeFlags[entry.type]): Buffer {
  const header = Buffer.alloc(blockBytes);
  header.write(entry.name, 0, maxNameBytes, 'latin1');
  writeOctal(header, entry.mode, 100, 8);
  writeOctal(header, Math.min(entry.uid, maxOctal7), 108, 8);
  writeOctal(header, Math.min(entry.gid, maxOctal7), 116, 8);
  writeOctal(header, Math.min(entry.size, maxOctal11), 124, 12);
  writeOctal(header, Math.min(Math.max(entry.mtime, 0), maxOctal11), 136, 12);
  header.write(flag, 156, 'latin1');
  header.write(entry.linkName, 157, maxNameBytes, 'latin1');
  header.write('ustar\0', 257, 'latin1');
  header.write('00', 263, 'latin1');
  writeOctal(header, entry.deviceMajor, 329, 8);
  writeOctal(header, entry.deviceMinor, 337, 8);
  writeChecksum(header);
  return header;
}

function writeOctal(header: Buffer, value: number, offset: number, length: number): void {
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
}

function writeChecksum(header: Buffer): void {
  header.fill(' ', 148, 156, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
