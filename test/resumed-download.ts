import { execFile as execFileCallback } from 'node:child_process';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';

const execFile = promisify(execFileCallback);

/** Runs a page's command for downloads on a file that is not there, is there by half, and is complete. */
export async function tryDownload(command: string, token: string): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'cic-curl-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  const env = { ...process.env, CIC_TOKEN: token };
  const run = () => execFile('sh', ['-c', command], { cwd, env });
  expect((await run()).stdout).toMatch(/\.sif: OK$/m);
  const [name = ''] = await readdir(cwd);
  await truncate(join(cwd, name), 1_000_000);
  expect((await run()).stdout).toMatch(/\.sif: OK$/m);
  expect((await run()).stdout).toMatch(/\.sif: OK$/m);
}
