import { expect, test } from 'vitest';
import { listMicroarchitectures } from './microarchitecture.ts';
import { readHostMicroarchitecture } from './read-host.ts';

test('the machine that runs this is one that archspec knows', async () => {
  expect(listMicroarchitectures()).toContain(await readHostMicroarchitecture());
});
