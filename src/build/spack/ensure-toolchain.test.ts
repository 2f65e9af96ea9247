import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../oci/digest.ts';
import { bookworm } from '../../recipe/recipe.fixture.ts';
import { createRig, type Rig } from '../build.fixture.ts';
import { createStageLog } from '../stage-log.ts';
import { createWorkspace } from '../workspace.ts';
import { ensureToolchain } from './ensure-toolchain.ts';
import { createSpackRig, type SpackRig } from './spack.fixture.ts';
import type { SpackContext } from './spack-context.ts';

let rig: Rig;
let spackRig: SpackRig;

beforeEach(async () => {
  rig = await createRig();
  spackRig = await createSpackRig(rig);
});

afterEach(() => rm(rig.folder, { recursive: true, force: true }));

type Input = Parameters<typeof ensureToolchain>[0];

async function ensure(changes: Partial<Input> = {}, context: Partial<SpackContext> = {}) {
  const workspace = await createWorkspace(join(rig.folder, 'work'));
  const options = { workspace, stages: createStageLog((event) => rig.events.push(event), rig.deps.now) };
  const input: Input = {
    platform: { os: 'linux', architecture: 'amd64' },
    base: bookworm,
    scope: { base: 'bookworm', architecture: 'amd64' },
    spack: spackRig.prepared.tools,
    network: { hasCaBundle: false, hasAptAuth: false },
    ...changes,
  };
  const { deps, port: spack, prepared } = spackRig;
  const toolchain = await ensureToolchain(input, prepared, { deps, options, spack, ...context });
  return { ...toolchain, workspace };
}

test('it is made once and found again', async () => {
  const first = await ensure();
  const second = await ensure();
  expect(spackRig.built.map(({ kind }) => kind)).toEqual(['toolchain']);
  expect(second.image).toEqual(first.image);
  expect(second.key).toBe(first.key);
});

test('it is named after what makes it', async () => {
  const { key } = await ensure();
  expect([...rig.tags.keys()]).toEqual([
    `localhost/cic/toolchain:${key.slice('sha256:'.length).slice(0, 32)}`,
  ]);
});

test('one that is made while waiting for the lock is taken', async () => {
  const { key } = await ensure();
  const name = [...rig.tags.keys()][0] ?? '';
  rig.tags.clear();
  const spack = {
    ...spackRig.port,
    withToolchainLock: <T>(work: () => Promise<T>) => {
      rig.tags.set(name, digestOf('made by another process'));
      return work();
    },
  };
  const { image } = await ensure({}, { spack });
  expect(image.digest).toBe(digestOf('made by another process'));
  expect(key).toBeDefined();
  expect(spackRig.built).toHaveLength(1);
});

test('how the site reaches the network makes no other one', async () => {
  await ensure();
  await ensure({ network: { hasCaBundle: true, hasAptAuth: true } });
  expect(spackRig.built).toHaveLength(1);
});

test.each([
  ['base image', { base: { ...bookworm, digest: digestOf('newer') } }],
  ['version of Spack', { spack: { version: '1.1.2', identity: 'aa', hasPackages: true } }],
  ['commit of Spack', { spack: { version: '1.1.1', identity: 'bb', hasPackages: true } }],
  [
    'Spack without recipes of its own repository',
    { spack: { version: '0.23.1', identity: 'aa', hasPackages: false } },
  ],
] as const)('another %s makes another one', async (_what, changes) => {
  const first = await ensure();
  const second = await ensure(changes);
  expect(second.key).not.toBe(first.key);
  expect(rig.tags.size).toBe(2);
});

test('Spack and its recipes are copied without their history', async () => {
  const { workspace } = await ensure();
  const context = join(workspace.directory, 'spack');
  expect(spackRig.built[0]?.recipe.contexts).toEqual({ 'cic-spack': context });
  await access(join(context, 'spack/bin/spack'));
  await access(join(context, 'packages/repos/spack_repo/builtin/packages/zlib/package.py'));
  await expect(access(join(context, 'spack/.git'))).rejects.toThrow();
});

test('one that cannot be made gets no name', async () => {
  spackRig.says.set('toolchain', { lines: [], error: new Error('no network') });
  await expect(ensure()).rejects.toThrow('no network');
  expect(rig.tags.size).toBe(0);
});
