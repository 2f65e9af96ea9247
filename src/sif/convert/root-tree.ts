import { AppError } from '../../errors/app-error.ts';
import type { TarEntry } from '../tar/entry.ts';

/** Content and metadata of one file system object; several paths that share one are hard links. */
export type Inode = {
  readonly entry: TarEntry;
  /** Where its content comes from: layer and member, counting from 0. */
  readonly layer: number;
  readonly member: number;
};

type TreeNode = {
  inode: Inode;
  /** Layer that put this name here; whiteouts reach only lower ones. */
  layer: number;
  /** Present for directories. */
  readonly children?: Map<string, TreeNode>;
};

/** A name in the finished root file system. */
export type TreePath = { readonly path: string; readonly inode: Inode };

export type RootTree = {
  /** Applies the next member of a layer; layers come from the lowest to the highest. */
  apply(entry: TarEntry, place: { readonly layer: number; readonly member: number }): void;
  /** All names without a leading slash, parents before children, in byte order. */
  paths(): TreePath[];
  has(path: string): boolean;
  /** The root directory itself. */
  root(): TarEntry;
};

const whiteoutPrefix = '.wh.';
const opaqueWhiteout = '.wh..wh..opq';
const maxLinks = 40;

/** As in every file system of Linux; mksquashfs would write longer ones, which no kernel reads. */
const maxNameBytes = 255;

/**
 * Merges layers into one root file system.
 *
 * A member's parent folders are looked up through symbolic links, as when the layer is unpacked over the
 * ones below it: with `lib → usr/lib`, a member `lib/x` is `usr/lib/x`. Nothing leaves the root.
 *
 * @see OCI image-spec, layer.md, Changeset over existing files and Whiteouts
 */
export function createRootTree(): RootTree {
  const root = createDirectory(impliedDirectory('.'), 0);
  return {
    apply(entry, place) {
      const names = splitPath(entry.name);
      const name = names.pop();
      const parent = findDirectory(root, names, place);
      if (name === undefined) root.inode = { entry, ...place };
      else if (name === opaqueWhiteout) removeLower(parent, place.layer);
      else if (name.startsWith(whiteoutPrefix))
        removeName(parent, name.slice(whiteoutPrefix.length), place.layer);
      else putEntry(root, { parent, name }, { entry, ...place });
    },
    paths: () => [...walk(root, '')],
    has: (path) => lookUp(root, splitPath(path)) !== undefined,
    root: () => root.inode.entry,
  };
}

type Place = { readonly layer: number; readonly member: number };
type Slot = { readonly parent: TreeNode; readonly name: string };

function putEntry(root: TreeNode, { parent, name }: Slot, inode: Inode): void {
  const children = childrenOf(parent);
  const existing = children.get(name);
  const { entry, layer } = inode;
  if (entry.type === 'directory') {
    if (existing?.children !== undefined) {
      existing.inode = inode;
      existing.layer = layer;
    } else {
      children.set(name, createDirectory(inode, layer));
    }
    return;
  }
  if (entry.type === 'hardlink') {
    const target = lookUp(root, splitPath(entry.linkName));
    if (target === undefined || target.children !== undefined) {
      throw new AppError(
        'SIF_SOURCE_INVALID',
        `${entry.name} is a hard link to ${entry.linkName}, which is not there`,
        {
          hint: 'the image is damaged: make or fetch it again',
        },
      );
    }
    children.set(name, { inode: target.inode, layer });
    return;
  }
  children.set(name, { inode, layer });
}

/** Follows links in the parents, makes folders that no layer has named, and replaces files in the way. */
function findDirectory(root: TreeNode, names: readonly string[], place: Place): TreeNode {
  const makeDirectory = (parent: TreeNode, name: string) => {
    const made = createDirectory({ ...impliedDirectory(name), ...place }, place.layer);
    childrenOf(parent).set(name, made);
    return made;
  };
  const found = followPath(root, names, (parent, name) => {
    const child = childrenOf(parent).get(name);
    const isPassable = child?.children !== undefined || child?.inode.entry.type === 'symlink';
    return isPassable ? child : makeDirectory(parent, name);
  });
  if (found?.children === undefined) throw invalidPath(names.join('/'));
  return found;
}

/** Finds a name, through links in its parents; the name itself is not followed. */
function lookUp(root: TreeNode, names: readonly string[]): TreeNode | undefined {
  const parent = followPath(root, names.slice(0, -1), (directory, name) => directory.children?.get(name));
  const name = names.at(-1);
  return name === undefined ? root : parent?.children?.get(name);
}

type FindChild = (parent: TreeNode, name: string) => TreeNode | undefined;

/** Walks along a path and the symbolic links on it; `..` stops at the root. */
function followPath(root: TreeNode, names: readonly string[], findChild: FindChild): TreeNode | undefined {
  const trail = [root];
  const pending = [...names];
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (name === '..') {
      if (trail.length > 1) trail.pop();
      continue;
    }
    const child = findChild(trail.at(-1) ?? root, name);
    if (child === undefined || links > maxLinks) return undefined;
    if (child.inode.entry.type !== 'symlink') {
      trail.push(child);
      continue;
    }
    links++;
    if (child.inode.entry.linkName.startsWith('/')) trail.length = 1;
    pending.unshift(...splitLink(child.inode.entry.linkName));
  }
  return trail.at(-1);
}

function removeName(parent: TreeNode, name: string, layer: number): void {
  const children = childrenOf(parent);
  const found = children.get(name);
  if (found === undefined) return;
  if (found.children !== undefined) removeLower(found, layer);
  if (found.layer < layer && !found.children?.size) children.delete(name);
}

/** Removes what lower layers put into a directory; what the layer itself has put there stays. */
function removeLower(directory: TreeNode, layer: number): void {
  for (const name of [...childrenOf(directory).keys()]) removeName(directory, name, layer);
}

function* walk(directory: TreeNode, prefix: string): Generator<TreePath> {
  const names = [...childrenOf(directory)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, node] of names) {
    const path = prefix + name;
    yield { path, inode: node.inode };
    if (node.children !== undefined) yield* walk(node, `${path}/`);
  }
}

function createDirectory(inode: Inode, layer: number): TreeNode {
  return { inode, layer, children: new Map() };
}

/** A folder that a layer's member lies in but that no layer describes. */
function impliedDirectory(name: string): Inode {
  const entry: TarEntry = {
    name,
    type: 'directory',
    linkName: '',
    mode: 0o755,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
  };
  return { entry, layer: 0, member: -1 };
}

function childrenOf(node: TreeNode): Map<string, TreeNode> {
  if (node.children === undefined) throw new AppError('INTERNAL_ERROR', 'a file was taken for a directory');
  return node.children;
}

/** A member's own path: `..` cannot climb above the root. */
function splitPath(path: string): string[] {
  const names: string[] = [];
  for (const name of splitLink(path)) {
    if (name.length > maxNameBytes)
      throw new AppError('SIF_SOURCE_INVALID', `${name} is too long for a file name`);
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw invalidPath(path);
  }
  return names;
}

function splitLink(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function invalidPath(path: string): AppError {
  return new AppError(
    'SIF_SOURCE_INVALID',
    `the layer member ${path} leaves the root file system, or goes in circles`,
    {
      hint: 'do not trust this image',
    },
  );
}
