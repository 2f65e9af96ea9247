import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../exec/run.ts';
import { readExternalLayers } from '../../oci/external-layers.ts';
import { engineContract } from '../engine.contract.ts';
import { findProcesses, fresh, makeRecipe, testCacheDirectory } from '../engine.fixture.ts';
import { type BuildahOptions, createBuildah } from './buildah.ts';
import { planListContainers } from './commands.ts';

const options: BuildahOptions = {
  root: join(testCacheDirectory, 'buildah'),
  runroot: join(testCacheDirectory, 'buildah-run'),
  cacheDirectory: testCacheDirectory,
  workDirectory: join(testCacheDirectory, 'buildah-work'),
  isolation: 'chroot',
  network: 'host',
  emulation: false,
  secrets: {},
};

engineContract(async () => {
  const create = (changes = {}) => createBuildah({ ...options, ...changes });
  const base = await create().resolveBase(
    { kind: 'bootstrap', suite: 'bookworm' },
    { os: 'linux', architecture: 'amd64' },
  );
  const remove = () => rm(options.workDirectory, { recursive: true, force: true });
  return { create, base, findLeftovers, killBuild, remove };
});

test('layers stay in the store where the caller only reads them', async () => {
  const engine = createBuildah(options);
  const base = await engine.resolveBase(
    { kind: 'bootstrap', suite: 'bookworm' },
    { os: 'linux', architecture: 'amd64' },
  );
  const image = await engine.build(makeRecipe(base, { instructions: [['apt', fresh('true')]] }));
  const layout = await mkdtemp(join(tmpdir(), 'cic-in-place-'));
  await engine.exportLayout(image, layout, { inPlace: true });
  expect((await readExternalLayers(layout)).size).toBe(2);
  expect((await readdir(join(layout, 'blobs', 'sha256'))).length).toBe(2);
  await rm(layout, { recursive: true });
});

test('what a killed process of ours leaves goes away with the next build', async () => {
  const marker = `9${Date.now()}`;
  const base = await createBuildah(options).resolveBase(
    { kind: 'bootstrap', suite: 'bookworm' },
    { os: 'linux', architecture: 'amd64' },
  );
  const recipe = makeRecipe(base, { instructions: [['apt', fresh(`echo ready; sleep ${marker}`)]] });
  const module = JSON.stringify(new URL('./buildah.ts', import.meta.url).href);
  const script = `import { createBuildah } from ${module};
    const onEvent = (event) => event.kind === 'log' && process.kill(process.pid, 'SIGKILL');
    await createBuildah(${JSON.stringify(options)}).build(${JSON.stringify(recipe)}, { onEvent });`;
  const victim = run({ file: process.execPath, args: ['--input-type=module', '--eval', script] });
  await expect(victim).rejects.toMatchObject({ details: { signal: 'SIGKILL' } });
  await expect.poll(() => findProcesses(marker)).toEqual([]);
  expect(await findLeftovers()).not.toEqual([]);
  await createBuildah(options).build(makeRecipe(base, { instructions: [['apt', fresh('true')]] }));
  expect(await findLeftovers()).toEqual([]);
});

async function findLeftovers(): Promise<string[]> {
  const { stdout } = await run(planListContainers(options));
  const containers = (JSON.parse(stdout || '[]') as { containername: string }[] | null) ?? [];
  const mounts = (await readFile('/proc/mounts', 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('overlay ') && line.includes(`${options.root}/`));
  const folders = await readdir(options.workDirectory).catch(() => []);
  return [...containers.map(({ containername }) => containername), ...mounts, ...folders];
}

async function killBuild(): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const isOurs = words[0] === 'buildah' && words.includes('build') && words.includes(options.root ?? '');
    if (isOurs) process.kill(Number(pid), 'SIGKILL');
  }
}
