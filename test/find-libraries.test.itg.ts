import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../src/exec/run.ts';
import { repository } from './cic.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-libraries-'));
});

afterAll(() => rm(folder, { recursive: true }));

test("libraries of the driver are the host's, those of CUDA are missing where they are not in the image", async () => {
  const names = ['libcuda.so.1', 'libnvidia-ml.so.1', 'libcudart.so.13', 'libcudnn.so.9'];
  const source = join(folder, 'main.c');
  await writeFile(source, 'int main(void) { return 0; }\n');
  const libraries = names.map((name) => join(folder, name));
  for (const [index, name] of names.entries())
    await compile([
      `-Wl,-soname,${name}`,
      '-shared',
      '-fPIC',
      '-o',
      libraries[index] ?? '',
      '-xc',
      '/dev/null',
    ]);
  await compile(['-Wl,--no-as-needed', '-o', join(folder, 'main'), source, ...libraries]);
  for (const library of libraries) await rm(library);
  const args = [`${repository}image-scripts/find-libraries.pl`, 'check', folder];
  const { stdout } = await run({ file: 'perl', args });
  const missing = stdout.split('\n').filter((line) => line.startsWith('missing'));
  expect(missing).toEqual([
    `missing\tlibcudart.so.13\t${folder}/main`,
    `missing\tlibcudnn.so.9\t${folder}/main`,
  ]);
});

function compile(args: readonly string[]) {
  return run({ file: 'gcc', args });
}
