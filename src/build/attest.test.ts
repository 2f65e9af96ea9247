import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestHex, digestOf } from '../oci/digest.ts';
import { makeRequest } from '../recipe/recipe.fixture.ts';
import { createRig, pushTo, type Rig } from './build.fixture.ts';

let rig: Rig;
let images: string;

beforeEach(async () => {
  rig = await createRig();
  images = join(rig.folder, 'images');
});

afterEach(() => rm(rig.folder, { recursive: true, force: true }));

const stem = 'minimal_workflow_wordcount_rome_openmpi_4_cuda_10_v_latest';
const sbomName = `${stem}.spdx.json`;
const provenanceName = `${stem}.provenance.json`;

const read = (name: string) => readFile(join(images, name), 'utf8');
const warnings = () => rig.events.filter(({ kind }) => kind === 'warning');

test('the documents lie beside the SIF and name the published image by its digest', async () => {
  const result = await rig.run();
  expect(result.attestations).toEqual({
    sbomPath: join(images, sbomName),
    provenancePath: join(images, provenanceName),
  });
  const sbom = JSON.parse(await read(sbomName));
  expect(sbom.packages.map(({ name }: { name: string }) => name)).toEqual([
    'minimal_workflow_wordcount_rome_openmpi_4_cuda_10',
    'file',
  ]);
  expect(sbom.packages[0].versionInfo).toBe(result.manifestDigest);
});

test('the provenance names image and SIF, the inputs, and the SBOM by its hash', async () => {
  const result = await rig.run();
  const { subject, predicate } = JSON.parse(await read(provenanceName));
  expect(subject).toEqual([
    { name: result.imageReference, digest: { sha256: digestHex(digestOf('manifest')) } },
    { name: `${stem}.sif`, digest: { sha256: 'ab' } },
  ]);
  const { buildDefinition, runDetails } = predicate;
  expect(buildDefinition.resolvedDependencies).toHaveLength(3);
  expect(buildDefinition.internalParameters).toEqual({
    recipeDigest: result.recipeDigest,
    microarchitecture: 'zen2',
    engine: 'buildah',
    sif: { compression: 'zstd' },
  });
  const sha256 = createHash('sha256')
    .update(await read(sbomName))
    .digest('hex');
  expect(runDetails.byproducts[0]).toMatchObject({ name: sbomName, digest: { sha256 } });
});

test('an image for Docker has its documents in the images folder', async () => {
  const machine = { ...makeRequest().machine, imageFormat: 'oci' as const };
  await rig.run({ request: { machine } });
  expect((await readdir(images)).sort()).toEqual([provenanceName, sbomName]);
  expect(JSON.parse(await read(provenanceName)).subject).toHaveLength(1);
});

test('a pushed image gets both documents attached', async () => {
  await rig.run({ deps: pushTo(rig, 'registry.example.org/team') });
  expect(rig.attached.map(({ mediaType, filename }) => [mediaType, filename])).toEqual([
    ['application/spdx+json', sbomName],
    ['application/vnd.in-toto+json', provenanceName],
  ]);
  expect(rig.attached[0]?.content).toBe(await read(sbomName));
  expect(rig.attached[0]?.content).toContain(digestOf('pushed'));
});

test('the documents of an unchanged image are kept', async () => {
  await rig.run();
  const first = await read(provenanceName);
  const { attestations } = await rig.run();
  expect(rig.calls.filter((call) => call === 'read-files')).toHaveLength(1);
  expect(await read(provenanceName)).toBe(first);
  expect(attestations?.provenancePath).toBe(join(images, provenanceName));
});

test.each([sbomName, provenanceName])(
  'of an unchanged image a missing or changed %s is made again',
  async (name) => {
    await rig.run();
    await writeFile(join(images, name), 'about another image');
    rig.calls.length = 0;
    await rig.run();
    expect(rig.calls).toEqual(['resolve', 'build', 'export', 'read-files']);
    expect(JSON.parse(await read(name))).toBeTypeOf('object');
  },
);

test('documents that could not be written are a warning, and are made by the next build', async () => {
  rig.failing = 'read-files';
  const result = await rig.run();
  expect(result.sif).toBeDefined();
  expect(result.attestations).toBeUndefined();
  expect(warnings()).toEqual([
    { kind: 'warning', message: 'SBOM and provenance could not be written: read-files fails' },
  ]);
  delete rig.failing;
  expect((await rig.run()).attestations).toBeDefined();
});

test('when they cannot be written, those of an earlier image of that name do not stay', async () => {
  await mkdir(images, { recursive: true });
  await writeFile(join(images, sbomName), 'about another image');
  rig.failing = 'read-files';
  await rig.run();
  expect(await readdir(images)).toEqual([]);
});

test('documents that could not be attached are a warning, and stay beside the SIF', async () => {
  rig.failing = 'attach';
  const result = await rig.run({ deps: pushTo(rig, 'registry.example.org') });
  expect(result.attestations).toBeDefined();
  expect((await readdir(images)).sort()).toEqual([provenanceName, sbomName]);
  expect(warnings()).toHaveLength(1);
});

test('the stage is the last one', async () => {
  await rig.run({ deps: pushTo(rig, 'registry.example.org') });
  const started = rig.events.flatMap((event) => (event.kind === 'stage-started' ? [event.stage] : []));
  expect(started.slice(-3)).toEqual(['publish', 'attest', 'attest']);
});
