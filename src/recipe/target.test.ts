import { expect, test } from 'vitest';
import { makeRequest } from './recipe.fixture.ts';
import { planTarget } from './target.ts';

const machineWith = (microarchitecture: string) => ({ ...makeRequest().machine, microarchitecture });

test('code is compiled for the requested microarchitecture', () => {
  expect(planTarget(machineWith('zen2'), 'bookworm')).toEqual({
    target: { target: 'zen2', marchFlags: '-march=znver2 -mtune=znver2' },
    warnings: [],
  });
});

test('a suite whose compiler is too old falls back to the nearest ancestor and says which compiler could', () => {
  const { target, warnings } = planTarget(machineWith('zen5'), 'bookworm');
  expect(target.target).toBe('zen4');
  expect(warnings[0]?.message).toContain('gcc 12.2 of bookworm cannot compile for zen5');
  expect(warnings[0]?.hint).toContain('gcc 14.1');
});

test('an unknown base image is taken to have a compiler that is new enough', () => {
  expect(planTarget(machineWith('zen5'), undefined).target.marchFlags).toContain('-march=znver5');
});
