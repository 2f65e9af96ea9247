const xattrPrefix = 'SCHILY.xattr.';

/**
 * Reads the records of a PAX header: `<length> <key>=<value>\n`, where the length counts the whole record.
 *
 * @see POSIX.1-2017, pax Extended Header
 */
export function parsePaxRecords(text: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let offset = 0; offset < text.length; ) {
    const blank = text.indexOf(' ', offset);
    const length = Number(text.slice(offset, blank));
    if (blank === -1 || !(length > blank - offset)) break;
    const record = text.slice(blank + 1, offset + length - 1);
    const equals = record.indexOf('=');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    offset += length;
  }
  return records;
}

export function formatPaxRecords(records: ReadonlyMap<string, string>): string {
  return [...records].map(([key, value]) => formatRecord(key, value)).join('');
}

/** Extended attributes among PAX records, as GNU tar, bsdtar and Go's archive/tar write them. */
export function xattrsOf(pax: ReadonlyMap<string, string>): Map<string, string> {
  const xattrs = new Map<string, string>();
  for (const [key, value] of pax) {
    if (key.startsWith(xattrPrefix)) xattrs.set(key.slice(xattrPrefix.length), value);
  }
  return xattrs;
}

export function toXattrRecord(name: string): string {
  return `${xattrPrefix}${name}`;
}

/** The length counts its own digits too: it grows when they carry over. */
function formatRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}
