import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runForTest } from '../cli.fixture.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-doctor-'));
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** An engine that has these images, and answers nothing else. */
async function fakeEngine(program: string, images: string): Promise<void> {
  const script = `#!/bin/sh\ncase "$*" in *localhost/cic/*) echo '${images}' ;; *) exit 1 ;; esac\n`;
  await writeFile(join(folder, program), script, { mode: 0o755 });
}

test('doctor shows what CIC keeps in the stores of the engines, and what removes it', async () => {
  const image = {
    names: ['localhost/cic/base:c'],
    size: '895 MB',
    createdatraw: '2026-11-26T09:12:45.274144321Z',
  };
  await fakeEngine('buildah', JSON.stringify([image]));
  await fakeEngine('docker', '');
  const env = { XDG_CACHE_HOME: folder };
  const { stdout } = await runForTest(['doctor'], { cwd: folder, env });
  expect(stdout).toContain(
    'buildah     1 image since 2026-11-26, 895 MB with shared layers counted for each',
  );
  expect(stdout).toContain('buildah rmi $(buildah images');
  expect(stdout).not.toContain('docker image rm');
  const json = await runForTest(['doctor', '--json'], { cwd: folder, env });
  expect(JSON.parse(json.stdout).keptImages).toMatchObject({
    buildx: [],
    buildah: [{ names: image.names, sizeBytes: 895_000_000 }],
  });
});
