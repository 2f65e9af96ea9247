import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listProcessTree } from '../../exec/process-tree.ts';
import { run } from '../../exec/run.ts';
import { digestHex, digestOf } from '../../oci/digest.ts';
import {
  encodeTar,
  type ImageFixture,
  type Member,
  makeFile,
  makeLayout,
  makeNode,
  writeFiles,
} from '../image.fixture.ts';
import { inspectSif } from '../inspect/inspect-sif.ts';
import { verifySif } from '../inspect/verify-sif.ts';
import { openImageSource } from '../source/open-source.ts';
import { type ConvertCall, convertToSif, type PendingSif } from './convert.ts';
import { defaultSifOptions, type SifOptions, sifCompressions } from './options.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-convert-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function convert(
  layout: string,
  output: string,
  options: Partial<SifOptions> & ConvertCall = {},
): Promise<PendingSif> {
  const source = await openImageSource(`oci:${layout}`, { workDirectory: folder });
  try {
    const pending = await convertToSif(source, output, { ...defaultSifOptions, ...options });
    await pending.publish();
    return pending;
  } finally {
    await source.close();
  }
}

const writeImage = (image: ImageFixture) => writeFiles(join(folder, 'layout'), makeLayout(image));

describe('a converted image', () => {
  const longTarget = `/${'t/'.repeat(140)}end`;
  const longName = `deep/${'n'.repeat(250)}`;
  const latin1 = Buffer.from('größe', 'utf8').toString('latin1');
  const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('latin1');
  let kept: string;
  let lines: Map<string, string>;
  let extracted: string;

  const low: Member[] = [
    makeNode('./', 'directory', { mode: 0o751, uid: 11, gid: 12, mtime: 1_500_000_000 }),
    makeFile('setuid', 'x', { mode: 0o4755, uid: 11, gid: 12 }),
    makeNode('sticky', 'directory', { mode: 0o3777 }),
    makeFile('large-uid', '', { uid: 3_000_000_000, gid: 2_100_000 }),
    makeFile('a', 'first'),
    makeNode('b', 'hardlink', { linkName: 'a' }),
    makeNode('long-link', 'symlink', { linkName: longTarget }),
    makeNode('up', 'symlink', { linkName: `../${'u/'.repeat(80)}` }),
    makeNode('null', 'character', { deviceMajor: 1, deviceMinor: 3, mode: 0o666 }),
    makeNode('disk', 'block', { deviceMajor: 259, deviceMinor: 30 }),
    makeNode('pipe', 'fifo'),
    makeFile(longName, 'long'),
    makeFile(latin1, 'unicode'),
    makeFile('raw-\xff\xfe', 'no utf-8'),
    makeFile('new\nline', 'x'),
    makeFile('proc/own', 'kept'),
    makeFile('dev/own', 'kept'),
    makeFile('late', '', { mtime: 4_000_000_000 }),
    makeFile('early', '', { mtime: 0 }),
    makeFile('gone', ''),
    makeNode('usr/lib', 'directory'),
    makeNode('lib', 'symlink', { linkName: 'usr/lib' }),
    makeFile('xattrs', 'x', {
      xattrs: new Map([
        ['security.capability', capability],
        ['user.note', 'a\nb=c'],
      ]),
    }),
  ];
  const high: Member[] = [
    makeFile('.wh.gone'),
    makeFile('lib/x', 'through the link'),
    makeNode('c', 'hardlink', { linkName: 'a' }),
  ];

  beforeAll(async () => {
    kept = await mkdtemp(join(tmpdir(), 'cic-convert-'));
    const layout = await writeFiles(
      join(kept, 'layout'),
      makeLayout({
        layers: [encodeTar(low), encodeTar(high)],
        config: { Env: ['A=1'], User: '5', Labels: { a: 'b' } },
      }),
    );
    const sif = join(kept, 'x.sif');
    await convert(layout, sif);
    const offset = String((await inspectSif(sif)).partition?.offset);
    const { stdout } = await run({
      file: 'unsquashfs',
      args: ['-UTC', '-lln', '-offset', offset, sif],
      env: { LC_ALL: 'C.UTF-8' },
    });
    lines = toLines(stdout);
    extracted = join(kept, 'root');
    await run({
      file: 'unsquashfs',
      args: ['-quiet', '-no-progress', '-d', extracted, '-offset', offset, sif],
    });
  });
  afterAll(() => rm(kept, { recursive: true, force: true }));

  test.each([
    ['', /^drwxr-x--x 11\/12 .* 2017-07-14 02:40/],
    ['setuid', /^-rwsr-xr-x 11\/12 +1 2020-09-13 12:26/],
    ['sticky', /^drwxrwsrwt 0\/0/],
    ['large-uid', /^-rw-r--r-- 3000000000\/2100000/],
    ['null', /^crw-rw-rw- 0\/0 +1, +3/],
    ['disk', /^brw-r--r-- 0\/0 +259, 30/],
    ['pipe', /^prw-r--r--/],
    ['late', / 2096-10-02 07:06/],
    ['early', / 1970-01-01 00:00/],
    [`long-link -> ${longTarget}`, /^lrwxrwxrwx/],
    [`up -> ../${'u/'.repeat(80)}`, /^lrwxrwxrwx/],
    [longName, /^-rw-r--r-- 0\/0 +4 /],
    ['größe', /^-rw-r--r-- 0\/0 +7 /],
    ['proc/own', /^-rw-r--r-- 0\/0 +4 /],
    ['dev/own', /^-rw-r--r-- 0\/0 +4 /],
    ['usr/lib/x', /^-rw-r--r-- 0\/0 +16 /],
    ['.singularity.d/runscript', /^-rwxr-xr-x 0\/0 .* 2024-02-03 04:05/],
  ])('has %s as it was', (name, expected) => {
    expect(lines.get(name)).toMatch(expected);
  });

  test('lacks what a higher layer removed, and the whiteout', () => {
    expect([...lines.keys()].filter((name) => /gone|\.wh\./.test(name))).toEqual([]);
  });

  test('has hard links, also to a lower layer', async () => {
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => stat(join(extracted, name))));
    expect(a?.nlink).toBe(3);
    expect([b?.ino, c?.ino]).toEqual([a?.ino, a?.ino]);
    expect(await readFile(join(extracted, 'c'), 'utf8')).toBe('first');
  });

  test('has names of any bytes', async () => {
    const names = await readdir(extracted, { encoding: 'buffer' });
    expect(names.map((name) => name.toString('latin1'))).toEqual(
      expect.arrayContaining(['raw-\xff\xfe', 'new\nline']),
    );
  });

  test('has extended attributes with all their bytes', async () => {
    const { stdout } = await run({
      file: 'getfattr',
      args: ['--absolute-names', '-d', '-m', '-', '-e', 'hex', join(extracted, 'xattrs')],
    });
    expect(stdout).toContain(`security.capability=0x${Buffer.from(capability, 'latin1').toString('hex')}`);
    expect(stdout).toContain(`user.note=0x${Buffer.from('a\nb=c').toString('hex')}`);
  });

  test('is a sound SIF that tells the settings of the image', async () => {
    const sif = join(kept, 'x.sif');
    expect(await verifySif(sif)).toEqual({ path: sif, problems: [], checksum: 'matches' });
    expect(await inspectSif(sif)).toMatchObject({
      image: { user: '5', variables: ['A=1'] },
      labels: { a: 'b' },
    });
  });

  test('leaves nothing else in the folder', async () => {
    expect((await readdir(kept)).sort()).toEqual(['layout', 'root', 'x.sif']);
  });

  test('is found damaged when one byte of it is changed', async () => {
    const sif = join(folder, 'damaged.sif');
    await writeFile(sif, await readFile(join(kept, 'x.sif')));
    const { partition } = await inspectSif(sif);
    const file = await open(sif, 'r+');
    await file.write(Buffer.from([0xaa]), 0, 1, (partition?.offset ?? 0) + 200);
    await file.close();
    expect(await verifySif(sif)).toMatchObject({ checksum: 'differs' });
  });
});

describe('the same image gives the same bytes', () => {
  /** Small files that share fragments, duplicates, and files of several blocks. */
  const members = [
    ...Array.from({ length: 400 }, (_, index) =>
      makeFile(`small/${index}`, compressible(index, (index * 7919) % 40_000), { uid: index % 7 }),
    ),
    ...Array.from({ length: 20 }, (_, index) => makeFile(`same/${index}`, compressible(1, 20_000))),
    ...Array.from({ length: 6 }, (_, index) => makeFile(`large/${index}`, compressible(index, 700_000))),
  ];
  const layers = [encodeTar(members.slice(0, 300)), encodeTar(members.slice(300))];

  test.each(sifCompressions)('with %s, however many processors, wherever it is', async (compression) => {
    const layout = await writeImage({ layers });
    const hashes = new Set<string>();
    for (const processors of [undefined, 1, 2, undefined, 4]) {
      const output = join(folder, `${hashes.size}-${processors}.sif`);
      const { sha256 } = await convert(layout, output, { compression, level: undefined, processors });
      hashes.add(sha256);
      expect(await hashFile(output)).toBe(sha256);
    }
    expect(hashes.size).toBe(1);
  });

  test('a second later, and with less memory', async () => {
    const layout = await writeImage({ layers });
    const first = await convert(layout, join(folder, 'first.squashfs'), { format: 'squashfs' });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const options = { format: 'squashfs', memoryBytes: 64 * 2 ** 20 } as const;
    const second = await convert(layout, join(folder, 'second.squashfs'), options);
    expect(second.sha256).toBe(first.sha256);
  });

  test.each([
    { what: 'without', xattrs: new Map() },
    { what: 'with', xattrs: new Map([['user.note', 'x']]) },
  ])('whoever converts it, $what extended attributes', async ({ xattrs }) => {
    const layout = await writeImage({ layers: [encodeTar([makeFile('a', 'x', { uid: 5, xattrs })])] });
    const mine = await convert(layout, join(folder, 'mine.sif'));
    const path = await convertAsUser(54321, layout);
    expect(await hashFile(path)).toBe(mine.sha256);
    expect(await verifySif(path)).toMatchObject({ problems: [], checksum: 'matches' });
  });
});

/** Converts in a process of another user. */
async function convertAsUser(user: number, layout: string): Promise<string> {
  const path = join(folder, 'theirs', 'x.sif');
  const script = join(folder, 'convert.mts');
  const modules = `${import.meta.dirname}/..`;
  await writeFile(
    script,
    `import { convertToSif } from '${modules}/convert/convert.ts';
import { defaultSifOptions } from '${modules}/convert/options.ts';
import { openImageSource } from '${modules}/source/open-source.ts';
const source = await openImageSource('oci:${layout}', { workDirectory: '${folder}' });
await (await convertToSif(source, '${path}', defaultSifOptions)).publish();
await source.close();
`,
  );
  await mkdir(join(folder, 'theirs'));
  await chown(join(folder, 'theirs'), user, user);
  await chmod(folder, 0o755);
  const identity = ['--reuid', String(user), '--regid', String(user), '--clear-groups'];
  await run({ file: 'setpriv', args: [...identity, process.execPath, script], env: { HOME: folder } });
  return path;
}

test('a bare squashfs starts with the file system', async () => {
  const layout = await writeImage({ layers: [encodeTar([makeFile('a', 'x')])] });
  const path = join(folder, 'x.squashfs');
  await convert(layout, path, { format: 'squashfs', compression: 'gzip', level: 1 });
  expect((await readFile(path)).toString('latin1', 0, 4)).toBe('hsqs');
  const { stdout } = await run({ file: 'unsquashfs', args: ['-cat', path, 'a'] });
  expect(stdout).toBe('x');
});

test('an image without layers is converted', async () => {
  const path = join(folder, 'x.sif');
  await convert(await writeImage({ layers: [] }), path);
  expect(await verifySif(path)).toMatchObject({ problems: [] });
});

describe.each(['zstd', 'lz4'] as const)('with %s nothing is left behind when', (compression) => {
  let out: string;
  let layout: string;
  const noise = encodeTar(
    Array.from({ length: 60 }, (_, index) => makeFile(`f${index}`, randomBytes(2 ** 20))),
  );

  beforeEach(async () => {
    out = join(folder, 'out');
    await mkdir(out);
    layout = await writeImage({ layers: [noise] });
  });
  afterEach(async () => expect(await readdir(out)).toEqual([]));

  const blob = () => join(layout, 'blobs', 'sha256', digestHex(digestOf(noise)));
  const start = (call: ConvertCall = {}, target = out) =>
    convert(layout, join(target, 'x.sif'), { ...call, compression });

  test('a layer ends early', async () => {
    await writeFile(blob(), noise.subarray(0, 30 * 2 ** 20));
    await expect(start()).rejects.toMatchObject({ code: 'SIF_SOURCE_TRUNCATED' });
  });

  test('a layer has one wrong byte', async () => {
    const changed = Buffer.from(noise);
    changed.writeUInt8((changed.at(-5000) ?? 0) ^ 1, changed.length - 5000);
    await writeFile(blob(), changed);
    await expect(start()).rejects.toMatchObject({
      code: 'SIF_DIGEST_MISMATCH',
      message: expect.stringContaining(digestOf(noise)),
    });
  });

  test.runIf(compression === 'lz4')('mksquashfs is killed', async () => {
    const killing = start({ onProgress: once(killMksquashfs) });
    await expect(killing).rejects.toMatchObject({
      code: 'SIF_CONVERT_FAILED',
      message: expect.stringContaining('SIGKILL'),
    });
  });

  test('it is cancelled', async () => {
    const controller = new AbortController();
    const cancelled = start({ signal: controller.signal, onProgress: once(() => controller.abort()) });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await findMksquashfs()).toEqual([]);
  });

  test('it is cancelled before it starts', async () => {
    await expect(start({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('the disk is full', async () => {
    const small = join(folder, 'small');
    await mkdir(small);
    await run({ file: 'mount', args: ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small] });
    try {
      await expect(start({}, small)).rejects.toMatchObject({
        code: 'SIF_DISK_FULL',
        message: expect.stringContaining(small),
      });
      expect(await readdir(small)).toEqual([]);
    } finally {
      await run({ file: 'umount', args: [small] });
    }
  });

  test('the folder is missing', async () => {
    await expect(start({}, join(out, 'missing'))).rejects.toMatchObject({ code: 'SIF_OUTPUT_UNUSABLE' });
  });
});

test('an earlier file of that name stays until the new one is complete', async () => {
  const layout = await writeImage({ layers: [encodeTar([makeFile('a', 'x')])] });
  const path = join(folder, 'x.sif');
  await writeFile(path, 'earlier');
  const source = await openImageSource(`oci:${layout}`, { workDirectory: folder });
  const pending = await convertToSif(source, path, defaultSifOptions);
  await source.close();
  expect(await readFile(path, 'utf8')).toBe('earlier');
  await pending.publish();
  expect(await hashFile(path)).toBe(pending.sha256);
});

test('what a killed process left is removed', async () => {
  const layout = await writeImage({ layers: [] });
  await writeFile(join(folder, '.x.sif.999999999-0123abcd.partial'), 'x');
  await convert(layout, join(folder, 'x.sif'));
  expect((await readdir(folder)).sort()).toEqual(['layout', 'x.sif']);
});

/** Lines of `unsquashfs -lln` by the name in the image. */
function toLines(text: string): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, name] = /squashfs-root\/?(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, line] as const];
    }),
  );
}

function compressible(seed: number, size: number): Buffer {
  const line = Buffer.from(`${seed} is what this file is about, ${seed * seed}\n`);
  return Buffer.alloc(size, line);
}

async function hashFile(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

function once(action: () => unknown): () => void {
  let isDone = false;
  return () => {
    if (!isDone) void action();
    isDone = true;
  };
}

async function findMksquashfs(): Promise<number[]> {
  const found = await Promise.all(
    listProcessTree(process.pid).map(async ({ pid }) => {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      return name.trim() === 'mksquashfs' ? [pid] : [];
    }),
  );
  return found.flat();
}

async function killMksquashfs(): Promise<void> {
  for (const pid of await findMksquashfs()) process.kill(pid, 'SIGKILL');
}
