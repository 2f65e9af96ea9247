import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { spackFiles, writeFiles } from './source.fixture.ts';
import { parseSpackVersion, readSpackVersion } from './spack-version.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-'));
});

afterEach(() => rm(folder, { recursive: true }));

test.each([
  [
    '__version__ = "1.1.1"\nspack_version = __version__\n\npackage_api_version = (2, 4)\nmin_package_api_version = (1, 0)\n',
    { version: '1.1.1', major: 1, minor: 1, packageApi: [2, 4] },
  ],
  [
    '__version__ = "1.3.0.dev0"\nspack_version = __version__\n',
    { version: '1.3.0.dev0', major: 1, minor: 3 },
  ],
  [
    'import os\n\n__version__ = "0.23.0"\nspack_version = __version__\n',
    { version: '0.23.0', major: 0, minor: 23 },
  ],
  ["spack_version = '0.23.1'\n", { version: '0.23.1', major: 0, minor: 23 }],
])('a Spack says what it is: %j', (text, version) => {
  expect(parseSpackVersion(text)).toEqual(version);
});

test.each(['', '# __version__ = "1.1.1"', '__version__ = compute()', '__version__ = "next"'])(
  'what is no version is none: %j',
  (text) => {
    expect(parseSpackVersion(text)).toBeUndefined();
  },
);

test.each(['0.23.0', '0.24.1', '1.0.0', '1.1.1', '1.99.0.dev0'])('%s is supported', async (version) => {
  expect(await readSpackVersion(await writeFiles(folder, spackFiles(version)))).toMatchObject({ version });
});

test.each(['0.22.3', '0.9', '2.0.0', '10.1'])('%s is refused with the versions that are', async (version) => {
  await writeFiles(folder, spackFiles(version));
  await expect(readSpackVersion(folder)).rejects.toMatchObject({
    code: 'SPACK_VERSION_UNSUPPORTED',
    hint: expect.stringContaining('0.23 up to 1.x'),
  });
});

test('a folder that does not say is no Spack', async () => {
  await expect(readSpackVersion(folder)).rejects.toMatchObject({ code: 'SPACK_UNAVAILABLE' });
});
