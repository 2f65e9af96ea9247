import { expect, test } from 'vitest';
import { formatOperatingSystem, operatingSystemOf } from './operating-system.ts';

test.each([
  ['debian', '12', 'debian12'],
  ['debian', '12.5', 'debian12'],
  ['ubuntu', '22.04', 'ubuntu22.04'],
  ['ubuntu', '22.04.3', 'ubuntu22.04'],
  ['rocky', '9.4', 'rocky9'],
])('%s %s is %s for Spack', (id, version, name) => {
  expect(formatOperatingSystem(id, version)).toBe(name);
});

test('suites have the names of their systems, where these are known', () => {
  expect(operatingSystemOf('bookworm')).toBe('debian12');
  expect(operatingSystemOf('jammy')).toBe('ubuntu22.04');
  expect(operatingSystemOf('sid')).toBeUndefined();
  expect(operatingSystemOf('constructor')).toBeUndefined();
});
