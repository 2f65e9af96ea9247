import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFile, makeNode } from '../image.fixture.ts';
import type { EntryType, TarEntry } from '../tar/entry.ts';
import { type ReadNode, readSquashfs } from './read-squashfs.fixture.ts';
import { makeNoise, type NamedMember, type WriteOptions, writeSquashfs } from './write-squashfs.fixture.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-squashfs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(members: Iterable<NamedMember>, options?: WriteOptions): Promise<Buffer> {
  const path = join(folder, `${count++}.squashfs`);
  await writeSquashfs(path, members, options);
  const image = await readFile(path);
  await rm(path);
  return image;
}

const read = async (members: Iterable<NamedMember>, options?: WriteOptions) =>
  readSquashfs(await write(members, options));

describe('a file system with one file', () => {
  test('starts with these bytes', async () => {
    const image = await write([makeFile('a', 'x', { uid: 5 })], { level: 15 });
    expect(image.toString('hex', 0, 40)).toBe(
      [
        '68737173' + '02000000' + '44332211' + '00100000', // magic, inodes, time, block size
        '01000000' + '0600' + '0c00' + 'c002' + '0200' + '0400' + '0000', // fragments, zstd, log, flags, ids, 4.0
        '2000000000000000', // the root's inode, behind the 32 bytes of the file's
      ].join(''),
    );
    // Without the level, which is the usual one: the file's content, as a fragment that does not compress.
    expect(image.toString('latin1', 96, 97)).toBe('x');
  });

  test('ends at a multiple of 4096 bytes, with zeros', async () => {
    const image = await write([makeFile('a', 'x')]);
    expect(image.length).toBe(4096);
    expect(image.subarray(Number(image.readBigUInt64LE(40))).every((byte) => byte === 0)).toBe(true);
  });

  test('names a level that is not the usual one', async () => {
    const image = await write([makeFile('a', 'x')], { level: 5 });
    expect(image.readUInt16LE(24) & 0x400).toBe(0x400);
    expect(image.toString('hex', 96, 102)).toBe('0480' + '05000000');
  });
});

test('an empty file system has its root', async () => {
  const tree = await read([], { root: { mode: 0o1777, uid: 3, gid: 4, mtime: 5 } });
  expect([...tree.keys()]).toEqual(['']);
  expect(tree.get('')).toMatchObject({
    type: 1,
    mode: 0o1777,
    uid: 3,
    gid: 4,
    mtime: 5,
    number: 1,
    links: 2,
  });
});

describe.each(['zstd', 'gzip'] as const)('contents with %s', (compression) => {
  const block = 4096;
  test.each([0, 1, block - 1, block, block + 1, 2 * block, 40 * block + 5])('of %d bytes', async (size) => {
    const noise = makeNoise(size);
    const text = Buffer.alloc(size, 'text ');
    const tree = await read(
      [
        makeFile('noise', noise),
        makeFile('text', text),
        makeFile('zero', Buffer.alloc(size)),
        makeFile('z', 'last'),
      ],
      { compression },
    );
    expect(tree.get('noise')?.content?.equals(noise)).toBe(true);
    expect(tree.get('text')?.content?.equals(text)).toBe(true);
    expect(tree.get('zero')?.content?.equals(Buffer.alloc(size))).toBe(true);
    expect(tree.get('z')?.content?.toString()).toBe('last');
  });
});

test('holes between other blocks take no room', async () => {
  const content = Buffer.concat([makeNoise(4096), Buffer.alloc(400_000), makeNoise(5000)]);
  const image = await write([makeFile('a', content)]);
  expect(image.length).toBeLessThan(20_000);
  expect(readSquashfs(image).get('a')?.content?.equals(content)).toBe(true);
});

describe('equal contents', () => {
  const small = makeNoise(3000);
  const large = makeNoise(30_000, 2);

  test('are stored once, whether they fill blocks or not', async () => {
    const image = await write([
      ...Array.from({ length: 20 }, (_, index) => makeFile(`small${index}`, small)),
      ...Array.from({ length: 20 }, (_, index) => makeFile(`large${index}`, large)),
      makeFile('other', makeNoise(30_000, 3)),
    ]);
    expect(image.length).toBeLessThan(3000 + 2 * 30_000 + 4096 * 2);
    const tree = readSquashfs(image);
    for (let index = 0; index < 20; index++) {
      expect(tree.get(`small${index}`)?.content?.equals(small)).toBe(true);
      expect(tree.get(`large${index}`)?.content?.equals(large)).toBe(true);
    }
    expect(tree.get('other')?.content?.equals(makeNoise(30_000, 3))).toBe(true);
  });

  test('of holes only are all there', async () => {
    const tree = await read([
      makeFile('a', Buffer.alloc(9000)),
      makeFile('b', Buffer.alloc(9000)),
      makeFile('c', large),
    ]);
    expect(tree.get('b')?.content).toEqual(Buffer.alloc(9000));
    expect(tree.get('c')?.content?.equals(large)).toBe(true);
  });

  test('that come last leave nothing behind the file system', async () => {
    const once = await write([makeFile('a', makeNoise(3_000_000)), makeFile('b', 'x'.repeat(3_000_000))]);
    const twice = await write([makeFile('a', makeNoise(3_000_000)), makeFile('b', makeNoise(3_000_000))]);
    expect(twice.length).toBeLessThan(once.length);
  });
});

test('names of one inode are hard links', async () => {
  const tree = await read([
    makeNode('d', 'directory'),
    { ...makeFile('b', 'x'), names: ['b', 'd/a', 'd/c'] },
    { ...makeNode('pipe', 'fifo'), names: ['pipe', 'd/pipe'] },
  ]);
  expect(tree.get('b')).toMatchObject({ links: 3, number: tree.get('d/c')?.number });
  expect(tree.get('d/pipe')).toMatchObject({ links: 2, type: 6, number: tree.get('pipe')?.number });
});

test('a directory of thousands of names has them all, in order, with an index', async () => {
  const names = Array.from({ length: 5000 }, (_, index) => `d/${'n'.repeat(index % 240)}${index}`);
  const tree = await read([makeNode('d', 'directory'), ...names.map((name) => makeFile(name, name))]);
  expect([...tree.keys()].filter((name) => name.startsWith('d/'))).toEqual([...names].sort());
  expect(tree.get('d')).toMatchObject({ type: 8, links: 2 });
});

test('inode numbers far apart get headers of their own', async () => {
  const many = Array.from({ length: 70_000 }, (_, index) => makeNode(`a/${index}`, 'fifo'));
  const link = { ...makeNode('a/x', 'fifo'), names: ['a/x', 'z/x'] };
  const tree = await read([
    makeNode('a', 'directory'),
    makeNode('z', 'directory'),
    ...many,
    link,
    makeFile('z/a', ''),
  ]);
  expect(tree.size).toBe(70_006);
  expect(tree.get('z/x')?.number).toBe(tree.get('a/x')?.number);
});

describe('it is refused that', () => {
  test.each([
    ['a link is too long for Linux', makeNode('l', 'symlink', { linkName: 'x'.repeat(4096) }), /4096 bytes/],
    ['a name has a zero byte', makeFile('a\0b', ''), /zero byte/],
    ['an owner is no number of Linux', makeFile('a', '', { uid: 2 ** 32 }), /no number of a user/],
    ['an owner is below zero', makeFile('a', '', { gid: -1 }), /no number of a user/],
    ['a device has no such number', makeNode('d', 'block', { deviceMajor: 4096 }), /no device/],
  ])('%s', async (_what, member, told) => {
    await expect(write([member])).rejects.toMatchObject({
      code: 'SIF_SOURCE_INVALID',
      message: expect.stringMatching(told),
    });
  });

  test('there are more owners than squashfs can count', async () => {
    const members = Array.from({ length: 65_536 }, (_, uid) => makeNode(`${uid}`, 'fifo', { uid }));
    await expect(write(members)).rejects.toThrow(/more than 65535 users/);
  });
});

test.each([
  { what: 'memory for three blocks', options: { memoryBytes: 1, processors: 1 } },
  { what: 'many processors', options: { processors: 7, memoryBytes: 2 ** 26 } },
  { what: 'content in small pieces', options: { pieceBytes: 17 } },
  { what: 'content at once', options: { pieceBytes: 2 ** 22 } },
])('$what make no difference', async ({ options }) => {
  const members = Array.from({ length: 60 }, (_, index) =>
    makeFile(
      `${index}`,
      Buffer.concat([makeNoise(index * 150, index % 5), Buffer.alloc(index * 300, `${index % 9}`)]),
    ),
  );
  const usual = await write(members);
  expect((await write(members, options)).equals(usual)).toBe(true);
});

const kinds: readonly EntryType[] = ['file', 'symlink', 'character', 'block', 'directory', 'fifo'];
const numbers: Partial<Record<EntryType, number>> = {
  directory: 1,
  file: 2,
  symlink: 3,
  block: 4,
  character: 5,
  fifo: 6,
};

const metadata = fc.record({
  mode: fc.nat(0o7777),
  uid: fc.constantFrom(0, 5, 2 ** 31, 2 ** 32 - 1),
  gid: fc.nat(70_000),
  mtime: fc.nat(2 ** 31 - 1),
  xattrs: fc
    .dictionary(
      fc.constantFrom('user.a', 'user.b', 'trusted.x', 'security.capability'),
      fc.string({ maxLength: 300 }),
    )
    .map((record) => new Map(Object.entries(record).map(([key, value]) => [key, toBytes(value)]))),
});
const names = fc.string({
  unit: fc.constantFrom('a', 'b', '~', ' ', '\xe9', '\xff', '\n'),
  minLength: 1,
  maxLength: 9,
});
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.nat(3), fc.nat(20_000))
    .map(([seed, size]) => (seed === 0 ? Buffer.alloc(size) : makeNoise(size, seed))),
);
const seeds = fc.array(
  fc.record({ name: names, kind: fc.constantFrom(...kinds), metadata, content: contents, depth: fc.nat(4) }),
  {
    maxLength: 25,
  },
);

test('any tree comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.constantFrom('zstd', 'gzip'), async (list, compression) => {
      const members = toMembers(list);
      const tree = await read(members, { compression });
      const expected = new Map(members.map((member) => [member.entry.name, describeMember(member)]));
      tree.delete('');
      expect(new Map([...tree].map(([path, node]) => [path, describeNode(node)]))).toEqual(expected);
    }),
    { numRuns: 60 },
  );
}, 60_000);

type Seed = (typeof seeds extends fc.Arbitrary<infer T> ? T : never)[number];

/** Puts each into one of the directories before it. */
function toMembers(list: readonly Seed[]): NamedMember[] {
  const directories = [''];
  const members = new Map<string, NamedMember>();
  for (const { name, kind, metadata: fields, content, depth } of list) {
    const path = `${directories[depth % directories.length]}${name}`;
    if (members.has(path)) continue;
    if (kind === 'directory') directories.push(`${path}/`);
    const [deviceMajor, deviceMinor] = kind === 'block' || kind === 'character' ? [259, 70_000] : [0, 0];
    const linkName = kind === 'symlink' ? content.toString('latin1', 0, 150).replaceAll('\0', '/') : '';
    const entry = { ...fields, deviceMajor, deviceMinor, linkName };
    members.set(path, kind === 'file' ? makeFile(path, content, entry) : makeNode(path, kind, entry));
  }
  return [...members.values()];
}

function describeMember({ entry, content }: NamedMember) {
  const { type, linkName } = entry;
  const isDevice = type === 'block' || type === 'character';
  return {
    ...pick(entry),
    type: numbers[type],
    mode: type === 'symlink' ? 0o777 : entry.mode,
    content: type === 'file' ? content.toString('latin1') : type === 'symlink' ? linkName : undefined,
    device: isDevice ? (259 << 8) | (70_000 & 0xff) | ((70_000 & ~0xff) << 12) : undefined,
  };
}

function describeNode({ type, mode, content, device, ...node }: ReadNode) {
  return { ...pick(node), type: ((type - 1) % 7) + 1, mode, content: content?.toString('latin1'), device };
}

function pick({ uid, gid, mtime, xattrs }: Pick<TarEntry, 'uid' | 'gid' | 'mtime' | 'xattrs'>) {
  return { uid, gid, mtime, xattrs: new Map(xattrs) };
}

function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
