import { expect, test } from 'vitest';
import { createWorkLimit } from './work-limit.ts';

const guess = { isPreferred: false };
const known = { isPreferred: true };

function createWork() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    started.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  return { started, work, end };
}

test('a few run at a time, the rest follow in order', async () => {
  const { started, work, end } = createWork();
  const limit = createWorkLimit({ running: 2, waiting: 10 });
  const all = ['a', 'b', 'c', 'd'].map((name) => limit.run(work(name), guess));
  expect(started).toEqual(['a', 'b']);
  await end('b');
  expect(started).toEqual(['a', 'b', 'c']);
  await end('a');
  expect(started).toEqual(['a', 'b', 'c', 'd']);
  await end('c');
  await end('d');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});

test('who is known goes first, and is never refused', async () => {
  const { started, work, end } = createWork();
  const limit = createWorkLimit({ running: 1, waiting: 1 });
  const first = limit.run(work('first'), guess);
  const waiting = limit.run(work('waiting'), guess);
  await expect(limit.run(work('refused'), guess)).rejects.toMatchObject({
    code: 'AUTH_THROTTLED',
    details: { retryAfterSeconds: 5 },
  });
  const knownOnes = ['known 1', 'known 2'].map((name) => limit.run(work(name), known));
  for (const name of ['first', 'known 1', 'known 2', 'waiting']) await end(name);
  await Promise.all([first, waiting, ...knownOnes]);
  expect(started).toEqual(['first', 'known 1', 'known 2', 'waiting']);
});

test('work that fails makes room', async () => {
  const limit = createWorkLimit({ running: 1, waiting: 1 });
  const failing = limit.run(() => Promise.reject(new Error('fails')), guess);
  await expect(failing).rejects.toThrow('fails');
  expect(await limit.run(async () => 'runs', guess)).toBe('runs');
});
