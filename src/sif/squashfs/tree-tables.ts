import { AppError } from '../../errors/app-error.ts';
import type { TarEntry } from '../tar/entry.ts';
import type { Compress } from './compressor.ts';
import { encodeDirectory } from './directory.ts';
import { noData } from './file-data.ts';
import type { FileTree, TreeNode } from './file-tree.ts';
import { encodeInode, type InodeContent, inodeTypes, type Listing } from './inode.ts';
import { metadataBytes, toReference } from './layout.ts';
import { createMetadataTable, type MetadataTable } from './metadata-table.ts';
import type { OwnerIds } from './owner-ids.ts';
import type { XattrSets } from './xattrs.ts';

export type TreeTables = {
  readonly inodeTable: Buffer;
  readonly directoryTable: Buffer;
  /** Address of each inode, by its number less 1. */
  readonly references: readonly number[];
};

export type TreeTargets = {
  readonly owners: OwnerIds;
  readonly xattrs: XattrSets;
  readonly compress: Compress;
};

type Writing = Pick<TreeTargets, 'owners' | 'xattrs'> & {
  readonly inodes: MetadataTable;
  readonly directories: MetadataTable;
  readonly references: number[];
  readonly listings: Map<TreeNode, Listing>;
};

/**
 * Makes the inode and the directory table. An inode says where the list of its directory is, and the list
 * says where the inodes of its names are: directories come after all that is in them, and the inodes of a
 * directory's names lie together.
 *
 * @throws SIF_SOURCE_INVALID - something that squashfs or Linux cannot hold
 */
export async function writeTree(
  tree: FileTree,
  { owners, xattrs, compress }: TreeTargets,
): Promise<TreeTables> {
  const inodes = createMetadataTable(compress);
  const directories = createMetadataTable(compress);
  const writing: Writing = { inodes, directories, owners, xattrs, references: [], listings: new Map() };
  for (const directory of tree.directories) {
    const children = directory.directory?.children ?? [];
    for (const { node } of children)
      if (writing.references[node.number - 1] === undefined) await writeInode(writing, node, tree.inodes);
    writing.listings.set(directory, await writeListing(writing, directory));
  }
  await writeInode(writing, tree.root, tree.inodes);
  return {
    inodeTable: (await inodes.finish()).bytes,
    directoryTable: (await directories.finish()).bytes,
    references: writing.references,
  };
}

async function writeInode(writing: Writing, node: TreeNode, inodes: number): Promise<void> {
  const { entry, number } = node;
  const bytes = encodeInode({
    mode: entry.type === 'symlink' ? 0o777 : entry.mode,
    uid: writing.owners.indexOf(entry.uid),
    gid: writing.owners.indexOf(entry.gid),
    mtime: entry.mtime,
    number,
    links: countLinks(node),
    xattrs: writing.xattrs.indexOf(entry.xattrs),
    ...toContent(writing, node, inodes),
  });
  const position = writing.inodes.position();
  writing.references[number - 1] = toReference(writing.inodes.blockStart(position), position % metadataBytes);
  await writing.inodes.append(bytes);
}

function countLinks({ directory, paths }: TreeNode): number {
  if (directory === undefined) return paths.length;
  return 2 + directory.children.filter(({ node }) => node.directory !== undefined).length;
}

function toContent(writing: Writing, node: TreeNode, inodes: number): InodeContent {
  const { entry, directory, data } = node;
  switch (entry.type) {
    case 'directory': {
      const listing = writing.listings.get(node);
      if (listing === undefined) throw new AppError('INTERNAL_ERROR', `${entry.name} has no list of names`);
      return { kind: 'directory', listing, parent: directory?.parent?.number ?? inodes + 1 };
    }
    case 'file':
      return { kind: 'file', sizeBytes: entry.size, data: data ?? noData };
    case 'symlink':
      return { kind: 'symlink', target: toTarget(entry) };
    case 'character':
    case 'block':
      return { kind: entry.type, major: entry.deviceMajor, minor: entry.deviceMinor };
    case 'fifo':
      return { kind: 'fifo' };
    case 'hardlink':
      throw new AppError('INTERNAL_ERROR', `${entry.name} is a second name, no inode`);
  }
}

/** The kernel reads no longer ones. */
const maxTargetBytes = 4095;

function toTarget({ name, linkName }: TarEntry): Buffer {
  if (linkName.length <= maxTargetBytes) return Buffer.from(linkName, 'latin1');
  throw new AppError('SIF_SOURCE_INVALID', `the target of the link ${name} has ${linkName.length} bytes`, {
    hint: `Linux reads ${maxTargetBytes}`,
  });
}

async function writeListing(writing: Writing, { directory }: TreeNode): Promise<Listing> {
  const { directories, references } = writing;
  const entries = (directory?.children ?? []).map(({ name, node }) => {
    const reference = references[node.number - 1] ?? 0;
    const place = reference % 2 ** 16;
    const type = inodeTypes[toKind(node.entry.type)];
    return { name, type, inode: node.number, block: (reference - place) / 2 ** 16, place };
  });
  const start = directories.position();
  const { bytes, marks } = encodeDirectory(entries, start);
  await directories.append(bytes);
  return {
    block: directories.blockStart(start),
    place: start % metadataBytes,
    sizeBytes: bytes.length,
    index: marks.map((mark) => ({ ...mark, block: directories.blockStart(start + mark.position) })),
  };
}

function toKind(type: TarEntry['type']): InodeContent['kind'] {
  return type === 'hardlink' ? 'file' : type;
}
