/** What a tar header can stand for in a root file system. */
export type EntryType = 'file' | 'hardlink' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

/**
 * A member of a tar archive. Names and attribute values are byte strings: each character is one byte
 * (latin1), so that names in any encoding come out as they went in.
 */
export type TarEntry = {
  readonly name: string;
  readonly type: EntryType;
  /** Target of a symlink or hard link. */
  readonly linkName: string;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content; 0 for everything but files. */
  readonly size: number;
  /** Unix seconds, whole. */
  readonly mtime: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Extended attributes by name (`security.capability`). */
  readonly xattrs: ReadonlyMap<string, string>;
};

/** Type flags of ustar headers. @see POSIX.1-2017, pax, ustar Interchange Format */
export const typeFlags: Readonly<Record<EntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

export const blockBytes = 512;

/** Content is padded to whole blocks. */
export function paddedSize(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}
