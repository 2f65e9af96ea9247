import { expect, test } from 'vitest';
import { parseFavourites, toggleFavourite } from './favourite-machines.ts';

test('a machine is remembered first, and forgotten when it is chosen again', () => {
  expect(toggleFavourite(['rome'], 'lumi-g')).toEqual(['lumi-g', 'rome']);
  expect(toggleFavourite(['lumi-g', 'rome'], 'rome')).toEqual(['lumi-g']);
});

test('the oldest favourite makes room for the ninth', () => {
  const eight = Array.from({ length: 8 }, (_, index) => `m${index}`);
  const nine = toggleFavourite(eight, 'new');
  expect(nine).toHaveLength(8);
  expect(nine).not.toContain('m7');
});

test.each([undefined, '', 'null', '{', '{"a":1}'])('no list in the storage is no favourite: %s', (text) => {
  expect(parseFavourites(text)).toEqual([]);
});

test('what is no name is left out', () => {
  expect(parseFavourites('["rome", 3, null]')).toEqual(['rome']);
});
