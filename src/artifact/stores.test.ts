import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { createTextStore } from './text-store.ts';
import { createTimeStore } from './time-store.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-store-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('texts by digest', () => {
  const key = digestOf('inputs');

  test('what was recorded is found, by another process too', async () => {
    await createTextStore(join(folder, 'locks')).record(key, 'text');
    expect(await createTextStore(join(folder, 'locks')).find(key)).toBe('text');
  });

  test('what was not is undefined, also where there is no folder yet', async () => {
    const store = createTextStore(join(folder, 'locks'));
    expect(await store.find(key)).toBeUndefined();
    await store.record(key, 'text');
    expect(await store.find(digestOf('other inputs'))).toBeUndefined();
  });

  test('the later text counts, and no partial file stays', async () => {
    const store = createTextStore(folder);
    await Promise.all([store.record(key, 'one'), store.record(key, 'one')]);
    await store.record(key, 'two');
    expect(await store.find(key)).toBe('two');
    expect(await readdir(folder)).toEqual([key.slice('sha256:'.length)]);
  });
});

describe('times by name', () => {
  const makeStore = () => createTimeStore(join(folder, 'spack', 'times.json'));

  test('nothing is known at first', async () => {
    expect(await makeStore().read()).toEqual(new Map());
  });

  test('later times replace earlier ones, others stay', async () => {
    await makeStore().record(
      new Map([
        ['hdf5', 300],
        ['zlib', 4],
      ]),
    );
    await makeStore().record(new Map([['zlib', 5.5]]));
    expect(await makeStore().read()).toEqual(
      new Map([
        ['hdf5', 300],
        ['zlib', 5.5],
      ]),
    );
    expect(await readdir(join(folder, 'spack'))).toEqual(['times.json']);
  });

  test.each(['{"hdf5": 3', 'null', '[]'])(
    'a damaged file (%s) is as good as none, and is replaced',
    async (text) => {
      const store = createTimeStore(join(folder, 'times.json'));
      await writeFile(join(folder, 'times.json'), text);
      expect(await store.read()).toEqual(new Map());
      await store.record(new Map([['zlib', 4]]));
      expect(await store.read()).toEqual(new Map([['zlib', 4]]));
    },
  );

  test('values that are no seconds are left out', async () => {
    await writeFile(join(folder, 'times.json'), '{"hdf5": "long", "zlib": 4}');
    expect(await createTimeStore(join(folder, 'times.json')).read()).toEqual(new Map([['zlib', 4]]));
  });
});
