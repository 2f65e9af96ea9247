import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeEntry } from '../image.fixture.ts';
import type { EntryType, TarEntry } from '../tar/entry.ts';
import { createRootTree, type RootTree } from './root-tree.ts';

type Line = string | TarEntry;

/** Merges layers of names: `dir/`, `file`, `link -> target`, `name => hard link target`. */
function merge(...layers: readonly (readonly Line[])[]): RootTree {
  const tree = createRootTree();
  for (const [layer, lines] of layers.entries())
    for (const [member, line] of lines.entries()) tree.apply(parseLine(line), { layer, member });
  return tree;
}

function parseLine(line: Line): TarEntry {
  if (typeof line !== 'string') return line;
  const [, name = line, arrow, target = ''] = /^(.*) ([-=]>) (.*)$/s.exec(line) ?? [];
  const linkType = arrow === '->' ? 'symlink' : 'hardlink';
  const type: EntryType = arrow === undefined ? (line.endsWith('/') ? 'directory' : 'file') : linkType;
  return makeEntry(name, { type, linkName: target });
}

/** Names with the layer and member that they come from; folders end in a slash. */
function list(tree: RootTree): string[] {
  return tree
    .paths()
    .map(({ path, inode }) =>
      inode.entry.type === 'directory' ? `${path}/` : `${path} ${inode.layer}.${inode.member}`,
    );
}

test('a higher layer adds and replaces files', () => {
  expect(list(merge(['a/', 'a/x', 'a/y'], ['a/y', 'a/z']))).toEqual(['a/', 'a/x 0.1', 'a/y 1.0', 'a/z 1.1']);
});

test('folders without entries of their own are made', () => {
  expect(list(merge(['a/b/c']))).toEqual(['a/', 'a/b/', 'a/b/c 0.0']);
});

test('names are ordered by their bytes, folders before what is in them', () => {
  expect(list(merge(['b', 'a/', 'a-b', 'a/c', '\xc3\xa9']))).toEqual([
    'a/',
    'a/c 0.3',
    'a-b 0.2',
    'b 0.0',
    '\xc3\xa9 0.4',
  ]);
});

describe('whiteouts', () => {
  test('remove a file or a whole folder of lower layers', () => {
    expect(list(merge(['f', 'd/', 'd/x', 'k'], ['.wh.f', '.wh.d']))).toEqual(['k 0.3']);
  });

  test.each([[['.wh.d', 'd/', 'd/new']], [['d/', 'd/new', '.wh.d']]])(
    'spare what their own layer adds, in any order: %j',
    (layer) => {
      expect(list(merge(['d/', 'd/old'], layer))).toEqual(['d/', expect.stringMatching(/^d\/new 1/)]);
    },
  );

  test.each([[['d/', 'd/.wh..wh..opq', 'd/new']], [['d/new', 'd/.wh..wh..opq']]])(
    'empty an opaque folder of lower files: %j',
    (layer) => {
      expect(list(merge(['d/', 'd/old', 'd/sub/', 'd/sub/x'], layer))).toEqual([
        'd/',
        expect.stringMatching(/^d\/new 1/),
      ]);
    },
  );

  test('of names that are not there do nothing, and are no files', () => {
    expect(list(merge(['a'], ['.wh.b', '.wh..wh.plnk', '.wh.']))).toEqual(['a 0.0']);
  });

  test('take one name of a hard link and leave the other', () => {
    expect(list(merge(['a', 'b => a'], ['.wh.a']))).toEqual(['b 0.0']);
  });
});

describe('hard links', () => {
  test('share content across layers', () => {
    const tree = merge(['a/', 'a/x'], ['b => a/x', 'c => ./b']);
    expect(list(tree)).toEqual(['a/', 'a/x 0.1', 'b 0.1', 'c 0.1']);
  });

  test('keep the old content when the other name is replaced', () => {
    expect(list(merge(['a', 'b => a'], ['a']))).toEqual(['a 1.0', 'b 0.0']);
  });

  test('find their target through a linked folder', () => {
    expect(list(merge(['usr/lib/x', 'lib -> usr/lib', 'y => lib/x']))).toContain('y 0.0');
  });

  test.each(['missing', 'd', '../../etc/passwd', '/../x'])('to %s are refused', (target) => {
    expect(() => merge(['d/', `x => ${target}`])).toThrow(
      expect.objectContaining({ code: 'SIF_SOURCE_INVALID' }),
    );
  });
});

describe('folder links', () => {
  test('lead additions of a higher layer to the real folder', () => {
    const tree = merge(['usr/', 'usr/lib/', 'lib -> usr/lib'], ['lib/x']);
    expect(list(tree)).toEqual(['lib 0.2', 'usr/', 'usr/lib/', 'usr/lib/x 1.0']);
  });

  test('that are absolute, in a chain or with dots stay inside of the image', () => {
    const tree = merge(
      ['real/', 'abs -> /real', 'chain -> abs', 'out -> ../../../real', 'sub/', 'sub/up -> ../real'],
      ['abs/a', 'chain/b', 'out/c', 'sub/up/d'],
    );
    expect(list(tree).filter((name) => name.startsWith('real/'))).toEqual([
      'real/',
      'real/a 1.0',
      'real/b 1.1',
      'real/c 1.2',
      'real/d 1.3',
    ]);
  });

  test('lead whiteouts too', () => {
    expect(list(merge(['usr/lib/x', 'lib -> usr/lib'], ['lib/.wh.x']))).toEqual([
      'lib 0.1',
      'usr/',
      'usr/lib/',
    ]);
  });

  test('that go in circles are refused', () => {
    expect(() => merge(['a -> b', 'b -> a'], ['a/x'])).toThrow(
      expect.objectContaining({ code: 'SIF_SOURCE_INVALID' }),
    );
  });

  test('are replaced when a layer has a file or folder of that name', () => {
    expect(list(merge(['usr/lib/', 'lib -> usr/lib'], ['lib/', 'lib/x']))).toContain('lib/x 1.1');
    expect(list(merge(['usr/lib/', 'lib -> usr/lib'], ['lib']))).toContain('lib 1.0');
  });
});

test('a file becomes a folder and a file again', () => {
  expect(list(merge(['x'], ['x/', 'x/a'], ['x']))).toEqual(['x 2.0']);
  expect(list(merge(['x/', 'x/a'], ['x'], ['x/b']))).toEqual(['x/', 'x/b 2.0']);
});

test.each(['../x', 'a/../../x', '/../../etc/passwd', `a/${'n'.repeat(256)}`])(
  'the member %s is refused',
  (name) => {
    expect(() => merge([name])).toThrow(expect.objectContaining({ code: 'SIF_SOURCE_INVALID' }));
  },
);

test.each(['./x', '/x', 'a/../x', './/x', 'a/./../x'])('the member %s is x', (name) => {
  expect(list(merge([name])).at(-1)).toBe('x 0.0');
});

test('a folder keeps what is in it and takes the metadata of the highest layer', () => {
  const entry = makeEntry('d/', { type: 'directory', mode: 0o1777, uid: 5 });
  const tree = merge(['d/', 'd/x'], [entry]);
  expect(tree.paths()[0]?.inode.entry).toMatchObject({ mode: 0o1777, uid: 5 });
  expect(list(tree)).toEqual(['d/', 'd/x 0.1']);
});

test('the root directory keeps its own metadata', () => {
  const entry = makeEntry('./', { type: 'directory', mode: 0o700, uid: 7, gid: 8 });
  expect(merge([entry, 'x']).root()).toMatchObject({ mode: 0o700, uid: 7, gid: 8 });
});

/**
 * The model: a layer is applied to a plain set of paths, whiteouts first. Layers are made of few names, so
 * that they collide often; what no tool would write (a whiteout below a file) is left out.
 */
type Change = { readonly kind: 'file' | 'folder' | 'whiteout' | 'opaque'; readonly path: string };
type Model = Map<string, string>;

const parentsOf = (path: string) =>
  path
    .split('/')
    .map((_, index, names) => names.slice(0, index + 1).join('/'))
    .slice(0, -1);
const isBelow = (path: string, folder: string) => path.startsWith(`${folder}/`);

function consistent(changes: readonly Change[], model: Model): Change[] {
  const files = new Set(changes.filter(({ kind }) => kind === 'file').map(({ path }) => path));
  const gone = new Set(changes.filter(({ kind }) => kind === 'whiteout').map(({ path }) => path));
  const emptied = new Set(changes.filter(({ kind }) => kind === 'opaque').map(({ path }) => path));
  return changes.filter(({ kind, path }, index) => {
    if (changes.findIndex((other) => other.kind === kind && other.path === path) !== index) return false;
    if (parentsOf(path).some((parent) => files.has(parent))) return false;
    if (kind === 'file') return true;
    if (kind === 'folder') return !files.has(path);
    if (parentsOf(path).some((parent) => gone.has(parent) || emptied.has(parent))) return false;
    if (kind === 'opaque') return model.get(path) === '/' && !gone.has(path) && !files.has(path);
    return model.has(path);
  });
}

type AppliedChange = Change & { readonly id: string };

function applyToModel(model: Model, changes: readonly AppliedChange[]): void {
  for (const { kind, path } of changes) {
    if (kind === 'opaque' || kind === 'whiteout') empty(model, path);
    if (kind === 'whiteout') model.delete(path);
  }
  for (const { kind, path, id } of changes) {
    if (kind === 'whiteout') continue;
    for (const parent of parentsOf(path)) model.set(parent, '/');
    if (kind === 'file') empty(model, path);
    model.set(path, kind === 'file' ? id : '/');
  }
}

function empty(model: Model, folder: string): void {
  for (const path of [...model.keys()]) if (isBelow(path, folder)) model.delete(path);
}

function toLine({ kind, path }: Change): string {
  const at = path.lastIndexOf('/') + 1;
  if (kind === 'whiteout') return `${path.slice(0, at)}.wh.${path.slice(at)}`;
  if (kind === 'opaque') return `${path}/.wh..wh..opq`;
  return kind === 'folder' ? `${path}/` : path;
}

test('layers of any changes merge as in a simple model', () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
    .map((names) => names.join('/'));
  const change: fc.Arbitrary<Change> = fc.record({
    kind: fc.constantFrom('file', 'folder', 'whiteout', 'opaque'),
    path,
  });
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 8 }), { minLength: 1, maxLength: 5 }), (layers) => {
      const model: Model = new Map();
      const tree = createRootTree();
      for (const [layer, changes] of layers.entries()) {
        // Folders come before what is in them, as in any archive that was packed from a tree.
        const applied = consistent(changes, model)
          .sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder'))
          .map((entry, member) => ({ ...entry, id: `${layer}.${member}` }));
        for (const [member, entry] of applied.entries())
          tree.apply(parseLine(toLine(entry)), { layer, member });
        applyToModel(model, applied);
      }
      const expected = [...model].map(([name, id]) => (id === '/' ? `${name}/` : `${name} ${id}`));
      expect(list(tree).sort()).toEqual(expected.sort());
    }),
    { numRuns: 500 },
  );
});
