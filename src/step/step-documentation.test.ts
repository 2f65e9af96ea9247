import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStepDescription } from './read-description.ts';
import { stepFileSchema } from './step-schema.ts';

const page = await readFile(new URL('../../docs/step.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

test.each(examples)('the example of the documentation is a step: %j', async (text) => {
  const folder = await mkdtemp(join(tmpdir(), 'cic-step-'));
  try {
    await writeFile(join(folder, 'eflows4hpc.yaml'), text);
    expect((await readStepDescription(folder)).problems).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each(Object.keys(stepFileSchema.shape))('the key %s is documented, with an example', (key) => {
  expect(page).toMatch(new RegExp(`^## \`${key}\``, 'm'));
  expect(examples.some((text) => new RegExp(`^${key}:`, 'm').test(text))).toBe(true);
});
