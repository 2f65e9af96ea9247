import { readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../src/exec/run.ts';
import { execInImage } from './apptainer.ts';
import { listTree, withMountedImage } from './mounted-image.ts';
import type { Layer } from './oci-layout.ts';
import { type Member, writeArchive } from './tar-layer.ts';
import { type ImageWorkshop, openWorkshop } from './test-images.ts';

const longName = 'n'.repeat(250);
const deepFolders = Array.from({ length: 12 }, (_, depth) =>
  Array.from({ length: depth + 1 }, (_, level) => `folder-${level}-of-a-deep-path-of-names`).join('/'),
);
const deepFolder = deepFolders.at(-1) ?? '';
const longTarget = `/usr/${'t'.repeat(290)}/end`;
const unicodeName = 'größe 日本 🚀';

/** cap_net_raw+ep, as the kernel stores it. */
const capability = '\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';

const oddMembers: readonly Member[] = [
  { name: 'odd', type: 'directory', mode: 0o1777 },
  { name: 'odd/plain', mode: 0o640, uid: 1000, gid: 1001, content: 'plain\n' },
  { name: 'odd/hard', type: 'link', linkname: 'odd/plain' },
  { name: 'odd/setuid', mode: 0o4755, content: 'setuid' },
  { name: 'odd/setgid', mode: 0o2711, content: 'setgid' },
  { name: `odd/${longName}`, content: 'long name' },
  { name: `odd/${unicodeName}`, content: 'unicode name' },
  { name: 'odd/new\nline', content: 'name of two lines' },
  ...deepFolders.map((name) => ({ name: `odd/${name}`, type: 'directory', mode: 0o750 }) as const),
  { name: `odd/${deepFolder}/file`, content: 'deep' },
  { name: 'odd/long-link', type: 'symlink', linkname: longTarget },
  { name: 'odd/long-relative-link', type: 'symlink', linkname: `../..${longTarget}` },
  { name: 'odd/long-hard-link', type: 'link', linkname: `odd/${deepFolder}/file` },
  { name: 'odd/owned', pax: { uid: '3000000', gid: '4000000' }, content: 'owned' },
  { name: 'odd/old', pax: { mtime: '-86400' }, content: 'old' },
  { name: 'odd/fraction', pax: { mtime: '1234567890.123456789' }, content: 'fraction' },
  { name: 'odd/null', type: 'character-device', devmajor: 1, devminor: 3, mode: 0o666 },
  { name: 'odd/disk', type: 'block-device', devmajor: 259, devminor: 300 },
  { name: 'odd/fifo', type: 'fifo', mode: 0o600 },
  { name: 'odd/user-xattr', pax: { 'SCHILY.xattr.user.cic': 'a value' }, content: 'x' },
  { name: 'odd/capable', mode: 0o755, pax: { 'SCHILY.xattr.security.capability': capability }, content: 'x' },
  { name: 'proc/inside', content: 'a file in proc' },
  { name: 'dev/inside', content: 'a file in dev' },
  { name: 'lower', type: 'directory' },
  { name: 'lower/kept', content: 'kept' },
  { name: 'lower/removed', content: 'removed' },
  { name: 'lower/removed-folder/file', content: 'removed' },
  { name: 'lower/opaque', type: 'directory' },
  { name: 'lower/opaque/hidden', content: 'hidden' },
  { name: 'lower/file-then-folder', content: 'file' },
  { name: 'lower/folder-then-file/content', content: 'content' },
  { name: 'lower/file-then-link', content: 'file' },
];

const upperMembers: readonly Member[] = [
  { name: 'lower/.wh.removed', content: '' },
  { name: 'lower/.wh.removed-folder', content: '' },
  { name: 'lower/opaque/.wh..wh..opq', content: '' },
  { name: 'lower/opaque/shown', content: 'shown' },
  { name: 'lower/file-then-folder', type: 'directory', mode: 0o700 },
  { name: 'lower/file-then-folder/file', content: 'inside' },
  { name: 'lower/folder-then-file', content: 'now a file' },
  { name: 'lower/file-then-link', type: 'symlink', linkname: 'kept' },
  { name: 'lower/link-to-lower-layer', type: 'link', linkname: 'lower/kept' },
  { name: 'lib/through-a-link', content: 'through' },
];

let workshop: ImageWorkshop;

beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop?.remove());

function packMembers(members: readonly Member[]): Promise<Layer> {
  return workshop.packArchive((path) => writeArchive(path, members));
}

describe('a tree with everything a layer can hold', () => {
  let ours: Map<string, string>;
  let theirs: Map<string, string>;
  let image: string;

  beforeAll(async () => {
    const layers = [await packMembers(oddMembers), await packMembers(upperMembers)];
    const made = await workshop.convert({ layers: [...workshop.debian, workshop.show, ...layers] });
    image = made.path;
    ours = await withMountedImage(image, listTree);
    theirs = await withMountedImage(await workshop.buildWithApptainer(made.layout), listTree);
  });

  test('is the one that Apptainer unpacks: names, types, modes, owners, times, links, content', () => {
    expect(withoutOwnFiles(ours)).toEqual(withoutOwnFiles(theirs));
  });

  test.each([longName, unicodeName, `${deepFolder}/file`, 'new\nline'])('has odd/%s', async (name) => {
    expect(await execInImage(image, ['cat', `/odd/${name}`])).toBe(
      oddMembers.find((member) => member.name === `odd/${name}`)?.content,
    );
  });

  test('keeps hard links, also to a lower layer', async () => {
    const names = ['/odd/plain', '/odd/hard', '/lower/kept', '/lower/link-to-lower-layer'];
    const lines = (await execInImage(image, ['stat', '-c', '%i %h', ...names])).trim().split('\n');
    expect(lines[0]).toBe(lines[1]);
    expect(lines[2]).toBe(lines[3]);
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['2', '2', '2', '2']);
  });

  test('keeps modes, owners and device numbers', async () => {
    const show = ['stat', '-c', '%a %u:%g %F %t:%T', '/odd/setuid', '/odd/setgid', '/odd/owned', '/odd/null'];
    expect(await execInImage(image, show)).toBe(
      [
        '4755 0:0 regular file 0:0',
        '2711 0:0 regular file 0:0',
        '644 3000000:4000000 regular file 0:0',
        '666 0:0 character special file 1:3',
        '',
      ].join('\n'),
    );
  });

  test('keeps extended attributes and capabilities', async () => {
    const show = (file: string, name: string) => execInImage(image, ['/show', 'xattr', `/odd/${file}`, name]);
    expect(await show('user-xattr', 'user.cic')).toBe(Buffer.from('a value').toString('hex'));
    expect(await show('capable', 'security.capability')).toBe(Buffer.from(capability).toString('hex'));
  });

  test('sets times before 1970 to 0', async () => {
    expect(await execInImage(image, ['stat', '-c', '%Y', '/odd/old'])).toBe('0\n');
  });

  test('has what a layer adds through a folder link in the folder behind it', async () => {
    expect(await execInImage(image, ['cat', '/usr/lib/through-a-link'])).toBe('through');
  });
});

describe('a layer that wants to leave the image', () => {
  test.each([
    ['a path with ..', [{ name: '../../../../../../var/tmp/cic-escaped', content: 'out' }]],
    ['an absolute path', [{ name: '/escaped', content: 'in' }]],
    [
      'a folder link to the outside',
      [
        { name: 'out', type: 'symlink', linkname: '../../../../../../var/tmp' },
        { name: 'out/cic-escaped', content: 'out' },
      ],
    ],
    ['a hard link to the outside', [{ name: 'shadow', type: 'link', linkname: '../../../../etc/passwd' }]],
  ] satisfies [string, Member[]][])('%s stays inside or is refused', async (_title, members) => {
    const layer = await packMembers(members);
    const made = await workshop.convert({ layers: [workshop.show, layer] }).catch((error) => error);
    await expect(stat('/var/tmp/cic-escaped')).rejects.toMatchObject({ code: 'ENOENT' });
    if ('code' in made) return expect(made).toMatchObject({ code: 'SIF_SOURCE_INVALID' });
    const tree = await withMountedImage(made.path, listTree);
    expect([...tree.keys()].every((path) => !path.startsWith('..'))).toBe(true);
    return expect(tree.has('shadow')).toBe(false);
  });
});

describe('a damaged image', () => {
  test('is refused with the digest of the layer, where Apptainer takes it', async () => {
    const layer = await packMembers([{ name: 'file', content: 'content' }]);
    await writeFile(
      layer.path,
      (await readFile(layer.path)).toString('latin1').replace('content', 'CONTENT'),
    );
    await expect(workshop.convert({ layers: [workshop.show, layer] })).rejects.toMatchObject({
      code: 'SIF_DIGEST_MISMATCH',
      message: expect.stringContaining(layer.descriptor.digest),
    });
  });

  test('is refused when a layer ends early or is missing', async () => {
    const layer = await packMembers([{ name: 'file', content: 'content'.repeat(1000) }]);
    const layout = await workshop.writeLayout({ layers: [layer] });
    const blob = await realpath(join(layout, 'blobs/sha256', layer.descriptor.digest.slice(7)));
    await run({ file: 'truncate', args: ['--size=2000', blob] });
    await expect(workshop.convert({ layers: [layer] })).rejects.toMatchObject({
      code: 'SIF_SOURCE_TRUNCATED',
    });
    await rm(blob);
    await expect(workshop.convert({ layers: [layer] })).rejects.toMatchObject({ code: 'SIF_SOURCE_INVALID' });
  });
});

/** Without the files that each converter writes itself; Apptainer empties the ones it mounts over. */
function withoutOwnFiles(tree: Map<string, string>): Record<string, string> {
  const own =
    /^(\.singularity\.d|\.exec|\.run|\.shell|\.test|environment|singularity|etc\/(hosts|resolv.conf))(\/|$)/;
  return Object.fromEntries([...tree].filter(([path]) => !own.test(path)));
}
