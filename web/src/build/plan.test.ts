import { expect, test } from 'vitest';
import { readPlan, toReadable } from './plan.ts';

test('a plan says what the image is made from', () => {
  const plan = { commit: null, recipe_digest: 'sha256:1', base_digest: 'sha256:2', image: 'w_s:latest' };
  expect(readPlan(JSON.stringify(plan))).toEqual({
    commit: undefined,
    recipeDigest: 'sha256:1',
    baseDigest: 'sha256:2',
  });
});

test.each(['', 'null', '[1', '"text"'])('what is no plan says nothing: %s', (text) => {
  expect(readPlan(text)).toEqual({});
});

test('a document in one line is shown in several; all else as it is', () => {
  expect(toReadable('spack.lock', '{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  expect(toReadable('plan.json', '{\n "a": 1\n}\n')).toBe('{\n "a": 1\n}\n');
  expect(toReadable('spack.lock', '{"half')).toBe('{"half');
  expect(toReadable('Dockerfile', 'FROM x')).toBe('FROM x');
});
