import { AppError } from '../../errors/app-error.ts';
import type { TarEntry } from '../tar/entry.ts';
import type { FileData } from './file-data.ts';

/** A file system object with all of its names. */
export type FileNode = {
  readonly entry: TarEntry;
  /** Paths without a leading slash: one, or several that are hard links. Empty for the root directory. */
  readonly paths: readonly string[];
  /** Present for files. */
  readonly data?: FileData;
};

/** An object in its place in the tree. */
export type TreeNode = FileNode & {
  /** Inode number, from 1 for the root. */
  number: number;
  /** Present for directories. */
  readonly directory?: { readonly parent: TreeNode | undefined; readonly children: Child[] };
};

export type Child = { readonly name: string; readonly node: TreeNode };

export type FileTree = {
  readonly root: TreeNode;
  /** Each after all that are in it. */
  readonly directories: readonly TreeNode[];
  readonly inodes: number;
};

/**
 * Joins nodes to a tree. Children are sorted by the bytes of their names and numbered one after the other,
 * so that a directory names its inodes with small differences.
 *
 * @param nodes Directories before what is in them.
 * @throws SIF_SOURCE_INVALID - a name with a zero byte
 */
export function buildFileTree(root: TarEntry, nodes: Iterable<FileNode>): FileTree {
  const top: TreeNode = { entry: root, paths: [], number: 1, directory: { parent: undefined, children: [] } };
  const directories = new Map<string, TreeNode>([['', top]]);
  for (const node of nodes) {
    const isDirectory = node.entry.type === 'directory';
    const [path = ''] = node.paths;
    const parent = isDirectory ? findParent(directories, path).parent : undefined;
    const treeNode: TreeNode = { ...node, number: 0, ...(parent && { directory: { parent, children: [] } }) };
    for (const each of node.paths) addName(directories, each, treeNode);
    if (isDirectory) directories.set(path, treeNode);
  }
  for (const { directory } of directories.values())
    directory?.children.sort((a, b) => (a.name < b.name ? -1 : 1));
  return numberNodes(top);
}

function addName(directories: ReadonlyMap<string, TreeNode>, path: string, node: TreeNode): void {
  const { parent, name } = findParent(directories, path);
  if (name.includes('\0'))
    throw new AppError('SIF_SOURCE_INVALID', `${JSON.stringify(path)} has a zero byte in its name`);
  parent.directory?.children.push({ name, node });
}

function findParent(directories: ReadonlyMap<string, TreeNode>, path: string) {
  const slash = path.lastIndexOf('/');
  const parent = directories.get(slash === -1 ? '' : path.slice(0, slash));
  if (parent === undefined) throw new AppError('INTERNAL_ERROR', `${path} came before its directory`);
  return { parent, name: path.slice(slash + 1) };
}

function numberNodes(root: TreeNode): FileTree {
  const order: TreeNode[] = [];
  const pending = [root];
  let inodes = 1;
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    order.push(node);
    for (const child of node.directory?.children ?? []) {
      if (child.node.number === 0) child.node.number = ++inodes;
      if (child.node.directory !== undefined) pending.push(child.node);
    }
  }
  return { root, directories: order.reverse(), inodes };
}
