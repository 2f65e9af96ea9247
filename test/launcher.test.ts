import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

test('a machine without Docker needs buildah', async () => {
  expect(await listNeeds('build --request r.json')).toBe('build buildah');
});

describe('with a Docker client', () => {
  test('whose daemon or buildx is missing, buildah is needed all the same', async () => {
    expect(await listNeeds('build', { programs: ['docker'], doctor: 1 })).toBe('build buildah');
  });

  test('that can build, buildah is not installed', async () => {
    expect(await listNeeds('build', { programs: ['docker'], doctor: 0 })).toBe('build');
  });

  test('CIC is not asked again once buildah is there', async () => {
    expect(await listNeeds('build', { programs: ['docker', 'buildah'], doctor: 0 })).toBe('build buildah');
  });
});

test('an engine that is named decides alone', async () => {
  expect(await listNeeds('build --engine buildx')).toBe('build');
  expect(await listNeeds('build --engine=buildah', { programs: ['docker'], doctor: 0 })).toBe(
    'build buildah',
  );
});

test('compressions and registries bring their tools', async () => {
  expect(await listNeeds('sif create docker://image out.sif --compression xz')).toBe('registry xz');
});

test.each([
  ['serve --port 1', 'build_pages'],
  ['serve --help', ''],
  ['build --request serve', ''],
  ['status', ''],
])('"cic %s" makes the web pages: "%s"', async (line, made) => {
  const folder = await mkdtemp(join(tmpdir(), 'cic-launcher-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'dist'));
  const script =
    '. "$root/launcher/lib.sh"; root=$1 state=$1; shift; has_pages() { return 1; }; under_lock() { echo "$*"; }; prepare_pages "$@"';
  const output = execFileSync('/bin/sh', ['-euc', script, 'cic', folder, ...line.split(' ')], {
    encoding: 'utf8',
    env: { ...process.env, root },
  });
  expect(output.trim()).toBe(made);
});

/** What `./cic` finds that a command line needs, on a machine that has these programs only. */
async function listNeeds(
  line: string,
  { programs = [], doctor = 0 }: { programs?: string[]; doctor?: number } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-launcher-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeProgram('node', `[ "$2 $3 $4" = 'doctor --engine buildx' ] || exit 9\nexit ${doctor}`);
  for (const name of programs) await writeProgram(name, 'exit 0');
  const script = '. "$root/launcher/lib.sh"; id() { echo 0; }; list_needs "$@"';
  const output = execFileSync('/bin/sh', ['-euc', script, 'cic', ...line.split(' ')], {
    encoding: 'utf8',
    env: { root, PATH: folder, node: join(folder, 'node') },
  });
  return output.trim();

  async function writeProgram(name: string, body: string): Promise<void> {
    await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(folder, name), 0o755);
  }
}
