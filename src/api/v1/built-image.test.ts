import { expect, test } from 'vitest';
import type { BuildRecord } from '../../service/build-record.ts';
import type { ImageRecord } from '../../service/ports.ts';
import { findBuiltImage } from './built-image.ts';

const sif = { filename: 'w_s.sif', sha256: 'a1', sizeBytes: 4 };
const image = { id: 'i1', reference: 'w_s:latest', manifestDigest: 'sha256:1', sif } as ImageRecord;
const build = {
  imageReference: image.reference,
  manifestDigest: image.manifestDigest,
  sifFilename: sif.filename,
  sifSha256: sif.sha256,
} as BuildRecord;

const find = (of: BuildRecord, published: ImageRecord | undefined) =>
  findBuiltImage(of, {
    findByName: async ({ reference }) => (reference === image.reference ? published : undefined),
  });

test('a build has its image as long as that is published with what the build has made', async () => {
  expect(await find(build, image)).toBe(image);
  expect(await find({ ...build, sifFilename: null, sifSha256: null }, { ...image, sif: null })).toMatchObject(
    { id: 'i1' },
  );
});

test('none where it has made none, it was removed, or the name has other content now', async () => {
  expect(await find({ ...build, imageReference: null }, image)).toBeUndefined();
  expect(await find(build, undefined)).toBeUndefined();
  expect(await find(build, { ...image, manifestDigest: 'sha256:2' })).toBeUndefined();
  expect(await find(build, { ...image, sif: { ...sif, sha256: 'b2' } })).toBeUndefined();
});
