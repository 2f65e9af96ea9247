import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPackageRepo } from './package-repo.ts';
import { type Files, writeFiles } from './source.fixture.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-repo-'));
});

afterEach(() => rm(folder, { recursive: true }));

test.each<[string, Files, Record<string, unknown>]>([
  [
    'the old form',
    { 'repo.yaml': 'repo: {namespace: eflows4HPC}' },
    { namespace: 'eflows4HPC', api: [1, 0] },
  ],
  [
    'the new form, which is named by its folder',
    { 'spack_repo/site/repo.yaml': 'repo: {api: v2.0}' },
    { namespace: 'site', api: [2, 0] },
  ],
  [
    'recipes in another folder',
    { 'repo.yaml': 'repo: {namespace: a, subdirectory: recipes}' },
    { packagesFolder: expect.stringMatching(/\/recipes$/) },
  ],
])('a repository says its namespace and API: %s', async (_title, files, repo) => {
  expect(await readPackageRepo(await writeFiles(folder, files))).toMatchObject(repo);
});

test.each<[Files, string]>([
  [{}, 'there is no repo.yaml'],
  [{ 'repo.yaml': 'repo: [' }, 'repo.yaml: malformed YAML'],
  [{ 'repo.yaml': 'packages: {}' }, 'repo.yaml has no key repo'],
  [{ 'repo.yaml': 'repo: {}' }, 'null is no namespace'],
  [{ 'repo.yaml': 'repo: {namespace: 4hpc}' }, '"4hpc" is no namespace'],
  [{ 'repo.yaml': 'repo: {namespace: a, api: 2}' }, 'api 2 is no version such as v2.0'],
  [{ 'repo.yaml': 'repo: {namespace: a, subdirectory: ../..}' }, '"../.." is no folder of the repository'],
  [
    { 'spack_repo/a/repo.yaml': 'repo: {api: v2.0}', 'spack_repo/b/repo.yaml': 'repo: {api: v2.0}' },
    'there are several repositories: a, b',
  ],
])('what is wrong is said: %o', async (files, fault) => {
  const repo = await readPackageRepo(await writeFiles(folder, files));
  expect(repo).toEqual({ fault: expect.stringContaining(fault) });
});
