import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listRegistryVersions, listWorkflows } from './browse-registry.ts';

let root: string;
let registry: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cic-browse-'));
  registry = join(root, 'registry');
  await addStep('minimal/wordcount/src');
  await addStep('hpc/gromacs');
  await addStep('hpc/.hidden');
  await addStep('.ci/x');
  // No request may name them.
  await addStep('hpc/naïve');
  await addStep('hpc/tmp');
  await addStep(`${'long'.repeat(21)}/x`);
});

afterEach(() => rm(root, { recursive: true }));

async function addStep(path: string): Promise<void> {
  await mkdir(join(registry, path), { recursive: true });
  await writeFile(join(registry, path, 'eflows4hpc.yaml'), 'apt: []\n');
}

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', registry, ...identity, ...args], { encoding: 'utf8' }).trim();
}

function commitAll(): string {
  git('add', '-A');
  git('commit', '-qm', 'x');
  return git('rev-parse', 'HEAD');
}

const list = (version: string, registryUrl = registry) =>
  listWorkflows(version, { registryUrl, cacheDirectory: join(root, 'cache') });

const workflows = [
  { name: 'hpc', steps: ['gromacs'] },
  { name: 'minimal', steps: ['wordcount'] },
];

test('a plain folder has workflows and steps, and no versions', async () => {
  expect(await list('latest')).toEqual({ workflows });
  const options = { registryUrl: registry, cacheDirectory: root };
  expect(await listRegistryVersions(options)).toEqual({ branches: [], tags: [] });
  await expect(list('main')).rejects.toMatchObject({ code: 'STEP_VERSION_NOT_FOUND' });
});

test('a repository is read at each of its versions', async () => {
  git('init', '-q', '-b', 'main');
  const first = commitAll();
  git('tag', '-a', '-m', 'one', 'v1');
  git('checkout', '-q', '-b', 'feature/more');
  await addStep('hpc/lammps');
  const second = commitAll();
  git('checkout', '-q', 'main');
  for (const url of [registry, `file://${registry}`]) {
    expect(await list('latest', url)).toEqual({ commit: first, workflows });
    expect(await list('v1', url)).toEqual({ commit: first, workflows });
    expect(await list('feature/more', url)).toEqual({
      commit: second,
      workflows: [{ name: 'hpc', steps: ['gromacs', 'lammps'] }, workflows[1]],
    });
    expect(await list(second, url)).toMatchObject({ commit: second });
    await expect(list('v2', url)).rejects.toMatchObject({ code: 'STEP_VERSION_NOT_FOUND' });
    const options = { registryUrl: url, cacheDirectory: join(root, 'cache') };
    expect(await listRegistryVersions(options)).toEqual({ branches: ['feature/more', 'main'], tags: ['v1'] });
  }
});

test('a registry that is not there is told', async () => {
  await expect(list('latest', join(root, 'nowhere'))).rejects.toMatchObject({
    code: 'STEP_REGISTRY_UNREACHABLE',
  });
});
