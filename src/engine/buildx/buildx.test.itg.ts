import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { engineContract } from '../engine.contract.ts';
import { testCacheDirectory } from '../engine.fixture.ts';
import type { EngineOptions } from '../options.ts';
import { createBuildx } from './buildx.ts';

const options: EngineOptions = {
  cacheDirectory: testCacheDirectory,
  workDirectory: join(testCacheDirectory, 'buildx-work'),
  emulation: false,
  secrets: {},
};

engineContract(async () => {
  const create = (changes = {}) => createBuildx({ ...options, ...changes });
  const base = await create().resolveBase(
    { kind: 'bootstrap', suite: 'bookworm' },
    { os: 'linux', architecture: 'amd64' },
  );
  const remove = () => rm(options.workDirectory, { recursive: true, force: true });
  const findLeftovers = () => readdir(options.workDirectory).catch(() => []);
  return { create, base, findLeftovers, killBuild, remove };
});

async function killBuild(): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const isOurs = words[1] === 'buildx' && words.some((word) => word.includes(options.workDirectory));
    if (isOurs) process.kill(Number(pid), 'SIGKILL');
  }
}
