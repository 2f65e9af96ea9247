import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ByteRange, parseByteRange } from './byte-range.ts';

const whole: ByteRange = { kind: 'whole' };
const part = (start: number, end: number): ByteRange => ({ kind: 'part', start, end });

test.each<[string | undefined, ByteRange]>([
  [undefined, whole],
  ['', whole],
  ['bytes=0-', part(0, 99)],
  ['bytes=10-', part(10, 99)],
  ['bytes=10-19', part(10, 19)],
  [' bytes=10-19 ', part(10, 19)],
  ['bytes=99-99', part(99, 99)],
  ['bytes=90-1000', part(90, 99)],
  ['bytes=-10', part(90, 99)],
  ['bytes=-1000', part(0, 99)],
  ['bytes=100-', { kind: 'unsatisfiable' }],
  ['bytes=-0', { kind: 'unsatisfiable' }],
  ['bytes=20-10', whole],
  ['bytes=-', whole],
  ['bytes=0-1,5-6', whole],
  ['lines=0-1', whole],
  ['bytes=a-b', whole],
  ['bytes=1e3-', whole],
  ['bytes=99999999999999999999-', { kind: 'unsatisfiable' }],
])('%j of 100 bytes', (header, range) => {
  expect(parseByteRange(header, 100)).toEqual(range);
});

test('no part of an empty file can be had', () => {
  expect(parseByteRange('bytes=0-', 0)).toEqual({ kind: 'unsatisfiable' });
  expect(parseByteRange('bytes=-1', 0)).toEqual({ kind: 'unsatisfiable' });
});

test('a part always lies in the file', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
    fc.nat().map((n) => `bytes=-${n}`),
  );
  fc.assert(
    fc.property(header, fc.nat(), (text, size) => {
      const range = parseByteRange(text, size);
      if (range.kind !== 'part') return true;
      return range.start >= 0 && range.start <= range.end && range.end < size;
    }),
  );
});
