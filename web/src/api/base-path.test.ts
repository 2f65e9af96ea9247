import { expect, test } from 'vitest';
import { toBasePath } from './base-path.ts';

test.each([
  ['https://cic.example.org/image_creation/', '/image_creation'],
  ['https://cic.example.org/', ''],
  ['http://localhost:8080/tools/cic/', '/tools/cic'],
])('%s is the service at "%s"', (uri, path) => {
  expect(toBasePath(uri)).toBe(path);
});
