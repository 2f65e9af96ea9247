import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, open, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../exec/run.ts';
import { makeEntry, makeFile, makeNode } from '../image.fixture.ts';
import { createSquashfs } from './squashfs.ts';
import {
  makeNoise,
  type NamedMember,
  testOptions,
  type WriteOptions,
  writeSquashfs,
} from './write-squashfs.fixture.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-squashfs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes a file system and lets `use` look at it through the kernel. */
async function mounted<T>(
  members: Iterable<NamedMember>,
  use: (root: string, image: string) => Promise<T>,
  options?: WriteOptions,
): Promise<T> {
  const image = join(folder, `${count++}.squashfs`);
  await writeSquashfs(image, members, options);
  return withMount(image, (root) => use(root, image));
}

async function withMount<T>(image: string, use: (root: string) => Promise<T>): Promise<T> {
  const root = `${image}.root`;
  await mkdir(root);
  await run({ file: 'mount', args: ['-t', 'squashfs', '-o', 'ro,loop', image, root] });
  try {
    return await use(root);
  } finally {
    await run({ file: 'umount', args: [root] });
    await rm(image);
  }
}

const path = (root: string, name: string) => Buffer.from(`${root}/${name}`, 'latin1');
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the kernel sees', () => {
  const block = testOptions.blockSizeBytes;
  const sizes = [0, 1, block - 1, block, block + 1, 7 * block, 30 * block + 9];
  const files = sizes.flatMap((size) => [
    makeFile(`noise${size}`, makeNoise(size, size)),
    makeFile(`text${size}`, Buffer.alloc(size, 'some text ')),
    makeFile(`zero${size}`, Buffer.alloc(size)),
    makeFile(`again${size}`, makeNoise(size, size)),
  ]);

  test.each([
    { compression: 'zstd', level: 19 },
    { compression: 'zstd', level: 5, blockSizeBytes: 2 ** 20 },
    { compression: 'zstd', level: 5, blockSizeBytes: 2 ** 17 },
    { compression: 'gzip', level: 6 },
    { compression: 'gzip', level: 9 },
  ] as const)('contents of all sizes with $compression $level, $blockSizeBytes', async (options) => {
    await mounted(
      files,
      async (root) => {
        for (const { entry, content } of files)
          expect(hash(await readFile(join(root, entry.name))), entry.name).toBe(hash(content));
      },
      options,
    );
  });

  test('types, modes, owners, times and targets', async () => {
    const members = [
      makeNode('d', 'directory', { mode: 0o3750, uid: 2 ** 31 + 5, gid: 2 ** 32 - 2, mtime: 2 ** 32 - 1 }),
      makeFile('d/setuid', 'x', { mode: 0o4711, mtime: 0 }),
      makeNode('d/link', 'symlink', { linkName: 't/'.repeat(2047) }),
      makeNode('disk', 'block', { deviceMajor: 259, deviceMinor: 70_000 }),
      makeNode('null', 'character', { deviceMajor: 1, deviceMinor: 3 }),
      makeNode('pipe', 'fifo'),
      makeFile('n'.repeat(255), 'long'),
      makeFile('\xff\xfe \n', 'bytes'),
    ];
    await mounted(members, async (root) => {
      const look = (name: string) => lstat(path(root, name));
      expect(await look('d')).toMatchObject({ mode: 0o43750, uid: 2 ** 31 + 5, gid: 2 ** 32 - 2, nlink: 2 });
      expect((await look('d')).mtimeMs).toBe((2 ** 32 - 1) * 1000);
      expect(await look('d/setuid')).toMatchObject({ mode: 0o104711, mtimeMs: 0, size: 1, blocks: 1 });
      expect(await readlink(path(root, 'd/link'))).toBe('t/'.repeat(2047));
      expect(await look('d/link')).toMatchObject({ mode: 0o120777 });
      const { stdout } = await run({
        file: 'stat',
        args: ['-c', '%F %t:%T', 'disk', 'null', 'pipe'],
        cwd: root,
      });
      expect(stdout).toBe('block special file 103:11170\ncharacter special file 1:3\nfifo 0:0\n');
      expect(await readFile(path(root, 'n'.repeat(255)), 'utf8')).toBe('long');
      expect(await readFile(path(root, '\xff\xfe \n'), 'utf8')).toBe('bytes');
    });
  });

  test('extended attributes of every type of file, up to 64 KiB', async () => {
    const large = makeNoise(65_536).toString('latin1');
    const xattrs = new Map([
      ['trusted.small', 'a\0b'],
      [
        'security.capability',
        Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('latin1'),
      ],
    ]);
    const types = ['directory', 'symlink', 'block', 'fifo'] as const;
    const members = [
      ...types.map((type) => makeNode(type, type, { xattrs, linkName: type === 'symlink' ? 'to' : '' })),
      makeFile('file', 'x', { xattrs }),
      makeFile('large', 'x', { xattrs: new Map([['user.large', large]]) }),
      ...Array.from({ length: 3000 }, (_, index) =>
        makeFile(`${index}`, '', { xattrs: new Map([['user.n', `${index}`]]) }),
      ),
    ];
    await mounted(members, async (root) => {
      const read = async (name: string, key: string) => {
        const args = ['-h', '--only-values', '-n', key, name];
        const { stdout } = await run({ file: 'getfattr', args, cwd: root });
        return stdout;
      };
      for (const name of [...types, 'file']) expect(await read(name, 'trusted.small')).toBe('a\0b');
      const { stdout } = await run({
        file: 'getfattr',
        args: ['-e', 'hex', '-n', 'user.large', 'large'],
        cwd: root,
      });
      expect(stdout).toContain(`user.large=0x${Buffer.from(large, 'latin1').toString('hex')}\n`);
      expect(await read('2999', 'user.n')).toBe('2999');
      expect(await read('17', 'user.n')).toBe('17');
    });
  });

  test('the attributes and the owner of the root', async () => {
    const root = { mode: 0o751, uid: 11, gid: 12, xattrs: new Map([['user.root', 'yes']]) };
    await mounted(
      [makeFile('a', 'x')],
      async (mount) => {
        expect(await stat(mount)).toMatchObject({ mode: 0o40751, uid: 11, gid: 12, mtimeMs: 7000 });
        const { stdout } = await run({ file: 'getfattr', args: ['--only-values', '-n', 'user.root', mount] });
        expect(stdout).toBe('yes');
      },
      { root },
    );
  });

  test('all names of a directory with 200,000', async () => {
    const names = Array.from({ length: 200_000 }, (_, index) => `file-${(index * 7919) % 1_000_003}`);
    function* members() {
      yield makeNode('d', 'directory');
      for (const name of names) yield makeFile(`d/${name}`, name.slice(-1));
    }
    await mounted(members(), async (root) => {
      expect((await readdir(join(root, 'd'))).sort()).toEqual([...names].sort());
      for (const name of names.slice(-2000))
        expect(await readFile(join(root, 'd', name), 'utf8')).toBe(name.slice(-1));
      await expect(stat(join(root, 'd', 'file-'))).rejects.toMatchObject({ code: 'ENOENT' });
      await expect(stat(join(root, 'd', 'file-99999999'))).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  test('70,000 names of one file', async () => {
    const names = Array.from({ length: 70_000 }, (_, index) => (index % 2 ? `d/${index}` : `${index}`));
    const members = [makeNode('d', 'directory'), { ...makeFile('0', 'shared'), names }];
    await mounted(members, async (root) => {
      const first = await stat(join(root, '0'));
      expect(first.nlink).toBe(70_000);
      for (const name of ['d/69999', 'd/1', '69998']) expect(await stat(join(root, name))).toEqual(first);
      expect(await readFile(join(root, 'd/12345'), 'utf8')).toBe('shared');
    });
  });

  test('a file of more than 4 GiB, most of it a hole', async () => {
    const image = join(folder, 'huge.squashfs');
    const end = makeNoise(5000);
    const size = 5 * 2 ** 30 + end.length;
    const file = await open(image, 'wx');
    const squashfs = createSquashfs(file, 0, { ...testOptions, blockSizeBytes: 2 ** 17 });
    const sink = squashfs.openFile(size, false);
    const hole = Buffer.alloc(2 ** 20);
    for (let done = 0; done < 5 * 1024; done++) await sink.write(hole);
    await sink.write(end);
    const node = { entry: makeEntry('huge', { size }), paths: ['huge'], data: await sink.close() };
    await squashfs.finish(makeEntry('.', { type: 'directory' }), [node]);
    await squashfs.close();
    await file.close();
    expect((await stat(image)).size).toBeLessThan(100_000);
    await withMount(image, async (root) => {
      const found = await stat(join(root, 'huge'));
      expect(found.size).toBe(size);
      expect(found.blocks).toBeLessThan(20);
      const handle = await open(join(root, 'huge'));
      const { buffer } = await handle.read(Buffer.alloc(5010), 0, 5010, size - 5010);
      await handle.close();
      expect(buffer.equals(Buffer.concat([Buffer.alloc(10), end]))).toBe(true);
    });
  });

  test('any tree of folders and files', async () => {
    const trees = fc.array(
      fc.record({
        name: fc.stringMatching(/^[a-c~]{1,5}$/),
        depth: fc.nat(9),
        size: fc.nat(9000),
        isFolder: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const folders = [''];
        const members = new Map<string, NamedMember>();
        for (const { name, depth, size, isFolder } of tree) {
          const full = `${folders[depth % folders.length]}${name}`;
          if (members.has(full)) continue;
          if (isFolder) folders.push(`${full}/`);
          members.set(
            full,
            isFolder ? makeNode(full, 'directory') : makeFile(full, makeNoise(size, size % 50)),
          );
        }
        await mounted(members.values(), async (root) => {
          const found = await readdir(root, { recursive: true });
          expect(found.sort()).toEqual([...members.keys()].sort());
          for (const [name, { entry, content }] of members)
            if (entry.type === 'file') expect(hash(await readFile(join(root, name)))).toBe(hash(content));
        });
      }),
      { numRuns: 20 },
    );
  });
});

test('unsquashfs unpacks what was written', async () => {
  const image = join(folder, 'unpacked.squashfs');
  const members = [
    makeNode('d', 'directory', { mode: 0o700, uid: 5 }),
    ...Array.from({ length: 300 }, (_, index) =>
      makeFile(`d/${index}`, makeNoise(index * 61, index % 40), { gid: index }),
    ),
    { ...makeFile('linked', 'x'), names: ['linked', 'd/linked'] },
    makeFile('attributes', '', { xattrs: new Map([['user.a', 'b']]) }),
  ];
  await writeSquashfs(image, members);
  const target = join(folder, 'unpacked');
  await run({ file: 'unsquashfs', args: ['-strict-errors', '-no-progress', '-d', target, image] });
  for (const { entry, content } of members)
    if (entry.type === 'file') expect(hash(await readFile(join(target, entry.name)))).toBe(hash(content));
  expect(await stat(join(target, 'd/299'))).toMatchObject({ gid: 299, size: 299 * 61 });
  expect((await stat(join(target, 'd/linked'))).nlink).toBe(2);
  const { stdout } = await run({
    file: 'getfattr',
    args: ['--only-values', '-n', 'user.a', 'attributes'],
    cwd: target,
  });
  expect(stdout).toBe('b');
});
