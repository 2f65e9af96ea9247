import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { encodeTar, type Member, makeEntry, makeFile, makeNode } from '../image.fixture.ts';
import { createStreamReader } from './byte-reader.ts';
import type { EntryType, TarEntry } from './entry.ts';
import { formatPaxRecords } from './pax.ts';
import { createTarReader } from './reader.ts';
import { encodeTarHeader } from './writer.ts';

/** Byte strings of any bytes but NUL, long ones too; `/` never stands at the end. */
const byteString = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.uint8Array({ minLength: 90, maxLength: 130 }),
    fc.uint8Array({ minLength: 250, maxLength: 400 }),
  )
  .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)).toString('latin1'));
const name = byteString.map((bytes) => `x${bytes}x`);
const numbers = fc.oneof(fc.nat(0o7777777), fc.integer({ min: 2 ** 21, max: 2 ** 32 - 2 }));
const xattrs = fc
  .dictionary(fc.stringMatching(/^(user|security|trusted)\.[a-z]{1,20}$/), fc.uint8Array({ maxLength: 60 }))
  .map(
    (values) =>
      new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('latin1')])),
  );

const member: fc.Arbitrary<Member> = fc
  .record({
    name,
    type: fc.constantFrom<EntryType>(
      'file',
      'hardlink',
      'symlink',
      'character',
      'block',
      'directory',
      'fifo',
    ),
    link: byteString,
    content: fc.uint8Array({ maxLength: 1500 }),
    mode: fc.nat(0o7777),
    uid: numbers,
    gid: numbers,
    mtime: fc.nat(2 ** 32 - 1),
    major: fc.nat(4095),
    minor: fc.nat(2 ** 20 - 1),
    xattrs,
  })
  .map((fields) => {
    const isLink = fields.type === 'hardlink' || fields.type === 'symlink';
    const isDevice = fields.type === 'character' || fields.type === 'block';
    const content = Buffer.from(fields.type === 'file' ? fields.content : []);
    const entry = makeEntry(fields.name, {
      type: fields.type,
      linkName: isLink ? fields.link : '',
      mode: fields.mode,
      uid: fields.uid,
      gid: fields.gid,
      mtime: fields.mtime,
      size: content.length,
      deviceMajor: isDevice ? fields.major : 0,
      deviceMinor: isDevice ? fields.minor : 0,
      xattrs: new Map([...fields.xattrs].sort()),
    });
    return { entry, content };
  });

test('members of any kind come back as they were, however the bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(member, { maxLength: 6 }),
      fc.integer({ min: 1, max: 3000 }),
      async (members, chunk) => {
        expect(await decode(encodeTar(members), chunk)).toEqual(members);
      },
    ),
    { numRuns: 150 },
  );
});

test('content may be skipped', async () => {
  const bytes = encodeTar([makeFile('a', 'x'.repeat(5000)), makeFile('b', 'y')]);
  const reader = createTarReader(createStreamReader(chunks(bytes, 700)));
  expect((await reader.next())?.name).toBe('a');
  await reader.readContent(10);
  expect((await reader.next())?.name).toBe('b');
  expect(await reader.next()).toBeUndefined();
});

test.each([2 ** 33, 2 ** 33 - 1, 2 ** 40 + 7])('a size of %d bytes is kept', async (size) => {
  const bytes = encodeTarHeader(makeEntry('huge', { size }));
  const entry = await createTarReader(createStreamReader(chunks(bytes, 512))).next();
  expect(entry?.size).toBe(size);
});

test('another reader understands what is written', async () => {
  const longTarget = `../../${'t'.repeat(200)}`;
  const bytes = encodeTar([
    makeFile(`deep/${'n'.repeat(180)}`, 'content', { mode: 0o4755, uid: 1000, gid: 12 }),
    makeNode('link', 'symlink', { linkName: longTarget }),
    makeNode('null', 'character', { deviceMajor: 1, deviceMinor: 3 }),
  ]);
  const found: unknown[] = [];
  const archive = Readable.from([bytes]).pipe(extract());
  for await (const entry of archive) {
    found.push([entry.header, await text(entry)]);
  }
  expect(found).toMatchObject([
    [{ name: `deep/${'n'.repeat(180)}`, mode: 0o4755, uid: 1000, gid: 12 }, 'content'],
    [{ name: 'link', type: 'symlink', linkname: longTarget }, ''],
    [{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }, ''],
  ]);
});

test.each([
  { value: -1, field: Buffer.from('ffffffffffffffffffffffff', 'hex') },
  { value: 2 ** 35, field: Buffer.from('800000000000000800000000', 'hex') },
])('a time in binary form is read as $value', async ({ value, field }) => {
  expect((await decodeHeader((header) => field.copy(header, 136)))?.mtime).toBe(value);
});

test('fractions of a second are dropped', async () => {
  const [first] = await decode(withPax({ mtime: '1234567890.987654321' }), 512);
  expect(first?.entry.mtime).toBe(1_234_567_890);
});

test.each([
  { what: 'GNU sparse', edit: (header: Buffer) => header.write('S', 156) },
  { what: 'a volume label', edit: (header: Buffer) => header.write('V', 156) },
])('a member that is $what is refused', async ({ edit }) => {
  await expect(decodeHeader(edit)).rejects.toMatchObject({ code: 'SIF_SOURCE_INVALID' });
});

test.each(['GNU.sparse.major', 'GNU.sparse.map'])(
  'a sparse file (%s) is refused by its name',
  async (key) => {
    const reading = decode(withPax({ [key]: '1' }), 512);
    await expect(reading).rejects.toMatchObject({
      code: 'SIF_SOURCE_INVALID',
      message: expect.stringContaining('plain'),
    });
  },
);

test('a damaged header is refused', async () => {
  const bytes = encodeTar([makeFile('a', 'x')]);
  bytes[0] = 0x7a;
  await expect(decode(bytes, 512)).rejects.toMatchObject({ code: 'SIF_SOURCE_INVALID' });
});

test.each([100, 512, 600, 1500])('an archive that ends after %d bytes is refused', async (size) => {
  const bytes = encodeTar([makeFile('a', 'x'.repeat(2000))]).subarray(0, size);
  await expect(decode(bytes, 512)).rejects.toMatchObject({ code: 'SIF_SOURCE_TRUNCATED' });
});

function withPax(records: Record<string, string>): Buffer {
  const content = formatPaxRecords(new Map(Object.entries(records)));
  const extension = makeFile('PaxHeader', content);
  const bytes = encodeTar([extension, makeFile('plain', 'x')]);
  setChecksum(bytes, (header) => header.write('x', 156));
  return bytes;
}

async function decodeHeader(edit: (header: Buffer) => void): Promise<TarEntry | undefined> {
  const bytes = encodeTar([makeFile('a')]);
  setChecksum(bytes, edit);
  return (await decode(bytes, 512))[0]?.entry;
}

function setChecksum(bytes: Buffer, edit: (header: Buffer) => void): void {
  const header = bytes.subarray(0, 512);
  edit(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}

async function decode(bytes: Buffer, chunkBytes: number): Promise<Member[]> {
  const reader = createTarReader(createStreamReader(chunks(bytes, chunkBytes)));
  const members: Member[] = [];
  for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
    const pieces: Buffer[] = [];
    for (let left = entry.size; left > 0; ) {
      const piece = await reader.readContent(977);
      left -= piece.length;
      pieces.push(piece);
    }
    members.push({ entry, content: Buffer.concat(pieces) });
  }
  return members;
}

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}
