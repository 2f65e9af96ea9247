import { expect, test } from 'vitest';
import { refuseUnusableJson } from './json-body.ts';

test.each([
  ['a request', '{"machine": {"platform": "linux/amd64"}, "list": [1, [2]]}'],
  ['brackets in texts', JSON.stringify('['.repeat(1000))],
  ['escaped quotes', JSON.stringify({ a: `"${'['.repeat(1000)}\\` })],
  ['many neighbours', JSON.stringify(Array.from({ length: 1000 }, () => [{}]))],
])('%s can be used', (_what, text) => {
  expect(() => refuseUnusableJson(text)).not.toThrow();
});

test.each([
  ['depth', `${'['.repeat(65)}${']'.repeat(65)}`],
  ['a zero character', '{"name": "a\\u0000b"}'],
])('%s is refused', (_what, text) => {
  expect(() => refuseUnusableJson(text)).toThrow(expect.objectContaining({ code: 'API_MALFORMED' }));
});
