import { expect, test } from 'vitest';
import { cacheWorkflows, type WorkflowBrowser } from './workflow-browser.ts';

function createFake() {
  const asked: string[] = [];
  let isDown = false;
  const browser: WorkflowBrowser = {
    async list(version) {
      asked.push(version);
      if (isDown) throw new Error('down');
      return { workflows: [] };
    },
    async listVersions() {
      asked.push('versions');
      return { branches: [], tags: [] };
    },
  };
  return { browser, asked, setDown: (value: boolean) => (isDown = value) };
}

test('who asks the same within some seconds gets the same answer', async () => {
  let now = 0;
  const { browser, asked } = createFake();
  const cached = cacheWorkflows(browser, { keepMs: 1_000, now: () => now });
  await Promise.all([cached.list('latest'), cached.list('latest'), cached.listVersions(), cached.list('v1')]);
  now = 999;
  await cached.list('latest');
  expect(asked).toEqual(['latest', 'versions', 'v1']);
  now = 1_000;
  await cached.list('latest');
  expect(asked).toHaveLength(4);
});

test('a failure is not kept', async () => {
  const { browser, setDown } = createFake();
  const cached = cacheWorkflows(browser, { keepMs: 1_000, now: () => 0 });
  setDown(true);
  await expect(cached.list('latest')).rejects.toThrow('down');
  setDown(false);
  await expect(cached.list('latest')).resolves.toEqual({ workflows: [] });
});
