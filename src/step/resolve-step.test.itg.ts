import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveStep } from './resolve-step.ts';

let root: string;
let registry: string;
let cacheDirectory: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cic-step-'));
  registry = join(root, 'registry');
  cacheDirectory = join(root, 'cache');
  await write('minimal/wordcount/eflows4hpc.yaml', 'apt: [python3]\n');
  await write('minimal/wordcount/post_inst.sh', '# nothing\n');
  await write('minimal/wordcount/src/run.sh', '#!/bin/sh\n');
  await chmod(join(registry, 'minimal/wordcount/src/run.sh'), 0o755);
  await symlink('run.sh', join(registry, 'minimal/wordcount/src/link'));
  await write('minimal/other/requirements.txt', 'pandas\n');
});

afterEach(() => rm(root, { recursive: true }));

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(registry, path)), { recursive: true });
  await writeFile(join(registry, path), content);
}

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', registry, ...identity, ...args], { encoding: 'utf8' }).trim();
}

function commitAll(message = 'x'): string {
  git('add', '-A');
  git('commit', '-qm', message);
  return git('rev-parse', 'HEAD');
}

function initialize(): string {
  git('init', '-q', '-b', 'main');
  return commitAll();
}

type Wanted = { workflow?: string; stepId?: string; version?: string; url?: string };

function resolve({
  workflow = 'minimal',
  stepId = 'wordcount',
  version = 'latest',
  url = registry,
}: Wanted = {}) {
  const source = { kind: 'registry', workflow, stepId, version } as const;
  return resolveStep(source, { cacheDirectory, registry: { url } });
}

describe('a git repository', () => {
  test('gives a step at the commit of its default branch, with git modes and constant times', async () => {
    const commit = initialize();
    const step = await resolve();
    expect(step).toMatchObject({
      commit,
      registryUrl: registry,
      version: 'latest',
      hasPostInstall: true,
      description: { apt: ['python3'] },
    });
    const script = await stat(join(step.folder, 'src/run.sh'));
    expect(script.mode & 0o777).toBe(0o755);
    expect(script.mtimeMs).toBe(Date.parse('1980-01-02T00:00:00Z'));
    expect((await lstat(join(step.folder, 'src/link'))).isSymbolicLink()).toBe(true);
    expect(await readdir(step.folder)).toEqual(['eflows4hpc.yaml', 'post_inst.sh', 'src']);
  });

  test('has the same tree hash as the same files in a plain folder', async () => {
    const plain = await resolve();
    initialize();
    expect((await resolve()).treeHash).toBe(plain.treeHash);
  });

  test('is read at a branch, a branch with a slash, a tag, an annotated tag or a commit', async () => {
    const first = initialize();
    git('tag', 'v1');
    git('tag', '-a', 'v1-annotated', '-m', 'x');
    git('checkout', '-qb', 'feature/x');
    await write('minimal/wordcount/new', 'x');
    const second = commitAll();
    git('checkout', '-q', 'main');
    for (const [version, commit] of [
      ['main', first],
      ['feature/x', second],
      ['v1', first],
      ['v1-annotated', first],
      [second, second],
    ] as const) {
      expect(await resolve({ version })).toMatchObject({ version, commit });
    }
  });

  test('that moved on is followed', async () => {
    initialize();
    const before = await resolve();
    await write('minimal/wordcount/new', 'x');
    const commit = commitAll();
    const after = await resolve();
    expect(after.commit).toBe(commit);
    expect(after.treeHash).not.toBe(before.treeHash);
  });

  test('that is bare is read the same way', async () => {
    const commit = initialize();
    const bare = join(root, 'bare.git');
    git('clone', '-q', '--bare', registry, bare);
    expect(await resolve({ url: `file://${bare}` })).toMatchObject({ commit });
  });

  test('that is gone still gives a commit that was fetched before', async () => {
    const version = initialize();
    const before = await resolve({ version });
    await rename(registry, join(root, 'moved'));
    expect(await resolve({ version })).toEqual(before);
  });

  test('is fetched again when the cached clone is damaged', async () => {
    const version = initialize();
    await resolve({ version });
    await rm(join(cacheDirectory, 'steps'), { recursive: true });
    const [clone = ''] = await readdir(join(cacheDirectory, 'registries'));
    await rm(join(cacheDirectory, 'registries', clone, 'objects'), { recursive: true });
    expect(await resolve({ version })).toMatchObject({ commit: version });
  });

  test('is fetched again after a git that was killed left its lock files', async () => {
    initialize();
    await resolve();
    const [clone = ''] = await readdir(join(cacheDirectory, 'registries'));
    await writeFile(join(cacheDirectory, 'registries', clone, 'shallow.lock'), '');
    await write('minimal/wordcount/new', 'x');
    const commit = commitAll();
    expect(await resolve()).toMatchObject({ commit });
  });

  test('is read again when someone changed the checked-out files', async () => {
    initialize();
    const before = await resolve();
    await writeFile(join(before.folder, 'post_inst.sh'), 'rm -rf /');
    const after = await resolve();
    expect(after.treeHash).toBe(before.treeHash);
    expect(await readFile(join(after.folder, 'post_inst.sh'), 'utf8')).toBe('# nothing\n');
  });

  test('serves many builds at once', async () => {
    initialize();
    const wanted = Array.from({ length: 8 }, (_, index) => ({ stepId: index % 2 ? 'other' : 'wordcount' }));
    const steps = await Promise.all(wanted.map(resolve));
    expect(new Set(steps.map(({ treeHash }) => treeHash)).size).toBe(2);
    const leftovers = (await readdir(cacheDirectory, { recursive: true })).filter((path) =>
      path.includes('.partial'),
    );
    expect(leftovers).toEqual([]);
  });

  test('has what a killed build left in the cache cleared away after a day', async () => {
    initialize();
    const left = join(cacheDirectory, 'registries', '.partial-old');
    const running = join(cacheDirectory, 'registries', '.partial-new');
    await mkdir(left, { recursive: true });
    await mkdir(running);
    await utimes(left, 1, 1);
    await resolve();
    const names = await readdir(join(cacheDirectory, 'registries'));
    expect(names).toContain('.partial-new');
    expect(names).not.toContain('.partial-old');
  });

  test('without the step names the nearest one', async () => {
    initialize();
    await expect(resolve({ stepId: 'wordcuont' })).rejects.toMatchObject({
      code: 'STEP_NOT_FOUND',
      details: { nearest: 'wordcount', names: ['other', 'wordcount'] },
    });
    await expect(resolve({ workflow: 'minmal' })).rejects.toMatchObject({
      code: 'STEP_NOT_FOUND',
      details: { nearest: 'minimal' },
    });
  });

  test('without the version names the nearest one', async () => {
    initialize();
    await expect(resolve({ version: 'mian' })).rejects.toMatchObject({
      code: 'STEP_VERSION_NOT_FOUND',
      details: { nearest: 'main' },
    });
    await expect(resolve({ version: 'f'.repeat(40) })).rejects.toMatchObject({
      code: 'STEP_VERSION_NOT_FOUND',
    });
  });

  test('that is empty says so', async () => {
    git('init', '-q');
    await expect(resolve()).rejects.toMatchObject({ code: 'STEP_VERSION_NOT_FOUND' });
  });

  test('cannot be cached where there is no place', async () => {
    initialize();
    await writeFile(cacheDirectory, 'a file');
    await expect(resolve()).rejects.toMatchObject({ code: 'STEP_CACHE_UNWRITABLE' });
  });

  test('with a submodule in the step is refused', async () => {
    const commit = initialize();
    git('update-index', '--add', '--cacheinfo', `160000,${commit},minimal/wordcount/sub`);
    git('commit', '-qm', 'x');
    await expect(resolve()).rejects.toMatchObject({
      code: 'STEP_SUBMODULE',
      message: expect.stringContaining('sub'),
    });
  });

  test('whose step is a link elsewhere has no such step', async () => {
    await symlink('/etc', join(registry, 'minimal/evil'));
    initialize();
    await expect(resolve({ stepId: 'evil' })).rejects.toMatchObject({ code: 'STEP_NOT_FOUND' });
  });
});

describe('a plain folder', () => {
  test('is used as it is and has no versions', async () => {
    const step = await resolve();
    expect(step.folder).toBe(join(registry, 'minimal/wordcount'));
    expect(step).not.toHaveProperty('commit');
    await expect(resolve({ version: 'v1' })).rejects.toMatchObject({ code: 'STEP_VERSION_NOT_FOUND' });
  });

  test('does not lead out of itself', async () => {
    await symlink('/usr/share', join(registry, 'minimal/evil'));
    await expect(resolve({ stepId: 'evil' })).rejects.toMatchObject({ code: 'STEP_UNREADABLE' });
  });

  test('that is not there is an unreachable registry', async () => {
    const url = join(root, 'nowhere');
    await expect(resolve({ url })).rejects.toMatchObject({ code: 'STEP_REGISTRY_UNREACHABLE' });
  });
});

describe('a step folder of the request', () => {
  const resolveFolder = (path: string) =>
    resolveStep({ kind: 'folder', path, workflow: 'w', stepId: 's', version: 'latest' }, { cacheDirectory });

  test('in a clean work tree has its commit, in a changed one none', async () => {
    const commit = initialize();
    const folder = join(registry, 'minimal/wordcount');
    expect(await resolveFolder(folder)).toMatchObject({ folder, commit });
    await write('minimal/other/new', 'x');
    commitAll();
    expect(await resolveFolder(folder)).toMatchObject({ folder, commit });
    await write('minimal/wordcount/new', 'x');
    expect(await resolveFolder(folder)).not.toHaveProperty('commit');
  });

  test('runs no program that its repository names', async () => {
    initialize();
    const trap = join(root, 'trapped');
    git('config', 'filter.trap.clean', `touch ${trap}; cat`);
    git('config', 'core.fsmonitor', `touch ${trap}`);
    await write('minimal/wordcount/.gitattributes', '* filter=trap\n');
    await write('minimal/wordcount/post_inst.sh', '# changed\n');
    await resolveFolder(join(registry, 'minimal/wordcount'));
    expect(await readdir(root)).not.toContain('trapped');
  });

  test('that is not there is named', async () => {
    await expect(resolveFolder(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'STEP_NOT_FOUND' });
  });

  test('with faults in its description lists all of them', async () => {
    await write('minimal/wordcount/eflows4hpc.yaml', 'apt: [A, "-y"]\npipp: []\n');
    await expect(resolveFolder(join(registry, 'minimal/wordcount'))).rejects.toMatchObject({
      code: 'STEP_INVALID',
      details: { problems: [{ field: 'apt[0]' }, { field: 'apt[1]' }, { field: 'pipp' }] },
    });
  });
});

test('a registry is asked for when the request needs one', async () => {
  const source = { kind: 'registry', workflow: 'w', stepId: 's', version: 'latest' } as const;
  await expect(resolveStep(source, { cacheDirectory })).rejects.toMatchObject({
    code: 'STEP_REGISTRY_UNCONFIGURED',
  });
});

test('an aborted resolution leaves nothing behind', async () => {
  initialize();
  const source = { kind: 'registry', workflow: 'minimal', stepId: 'wordcount', version: 'latest' } as const;
  const resolving = resolveStep(source, {
    cacheDirectory,
    registry: { url: registry },
    signal: AbortSignal.abort(),
  });
  await expect(resolving).rejects.toMatchObject({ code: 'CANCELLED' });
});
