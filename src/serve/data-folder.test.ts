import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataFolder } from './data-folder.ts';

let root: string;

beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'cic-data-')), 'new', 'data');
});

afterEach(() => rm(join(root, '../..'), { recursive: true }));

test('a folder is made, and keeps its id', async () => {
  const first = await openDataFolder(root);
  expect((await stat(first.images)).isDirectory()).toBe(true);
  expect((await stat(first.builds)).isDirectory()).toBe(true);
  await first.release();
  const second = await openDataFolder(root);
  expect(second.id).toBe(first.id);
  expect(first.id).toMatch(/^[0-9a-f-]{36}$/);
  await second.release();
});

test('a second service on the same folder is refused', async () => {
  const first = await openDataFolder(root);
  await expect(openDataFolder(root)).rejects.toMatchObject({
    code: 'SERVICE_DATA_IN_USE',
    message: expect.stringContaining(root),
  });
  await first.release();
});

test('a service that was killed leaves no lock', async () => {
  const script = `
    import { openDataFolder } from '${new URL('data-folder.ts', import.meta.url).href}';
    await openDataFolder(process.argv[1]);
    console.log('open');
    setInterval(() => undefined, 1000);`;
  const killed = spawn(process.execPath, ['--input-type=module', '-e', script, root]);
  await once(killed.stdout, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const next = await openDataFolder(root);
  await next.release();
});
