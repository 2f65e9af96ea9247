import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

test('one at a time works under a lock', async () => {
  const steps: string[] = [];
  const work = (name: string) =>
    withLock(path, {}, async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      steps.push(`${name} ends`);
    });
  await Promise.all([work('a'), work('b'), work('c')]);
  for (let at = 0; at < steps.length; at += 2)
    expect(steps[at + 1]).toBe(steps[at]?.replace('begins', 'ends'));
});

test('the result and the error of the work are handed on, and the lock given back', async () => {
  expect(await withLock(path, {}, async () => 3)).toBe(3);
  await expect(withLock(path, {}, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await withLock(path, {}, async () => 4)).toBe(4);
});

test('waiting can be cancelled, and does not take the lock later', async () => {
  const stop = new AbortController();
  await withLock(path, {}, async () => {
    const waiting = withLock(path, { signal: stop.signal }, async () => 'worked');
    setTimeout(() => stop.abort(), 20);
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  });
  await expect(withLock(path, { signal: stop.signal }, async () => 1)).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});

test('a cancel during the work leaves the lock where it is', async () => {
  const stop = new AbortController();
  let second: Promise<string> | undefined;
  const order: string[] = [];
  await withLock(path, { signal: stop.signal }, async () => {
    stop.abort();
    second = withLock(path, {}, async () => order.push('second').toString());
    await new Promise((resolve) => setTimeout(resolve, 100));
    order.push('first');
  });
  await second;
  expect(order).toEqual(['first', 'second']);
});

test('the lock of a killed process is free at once', async () => {
  const owner = spawn('flock', ['--exclusive', path, 'sh', '-c', 'echo; exec sleep 60'], { detached: true });
  await once(owner.stdout, 'data');
  process.kill(-(owner.pid ?? 0), 'SIGKILL');
  expect(await withLock(path, {}, async () => 'mine')).toBe('mine');
});
