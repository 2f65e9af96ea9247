import { expect, test } from 'vitest';
import { isAppError } from '../../errors/app-error.ts';
import { checkCompilers } from './check-compilers.ts';

function refusalOf(compilers: readonly string[], target: string, suite?: string) {
  try {
    checkCompilers(compilers, target, suite);
    return undefined;
  } catch (error) {
    if (isAppError(error, 'SPACK_TARGET_UNSUPPORTED')) return error;
    throw error;
  }
}

test.each([
  [[], 'zen3', 'bookworm'],
  [['gcc@12'], 'zen3', 'jammy'],
  [['gcc@=12.2.0'], 'zen4', 'bookworm'],
  [['gcc@13'], 'zen4', 'bullseye'],
  // Nothing is known of these: Spack itself will say.
  [['nvhpc@24.1'], 'zen4', 'bookworm'],
  [['gcc'], 'zen5', 'bookworm'],
  [[], 'zen5', undefined],
  [[], 'zen5', 'sid'],
  [['gcc@8'], 'no_such_cpu', 'bookworm'],
] as const)('%j of the step can compile for %s on %s, as far as is known', (compilers, target, suite) => {
  expect(refusalOf(compilers, target, suite)).toBeUndefined();
});

test('a compiler of the step that is too old is refused, with the version that can', () => {
  const error = refusalOf(['gcc@8'], 'zen3', 'bookworm');
  expect(error?.message).toBe('gcc@8 cannot compile for zen3');
  expect(error?.hint).toContain('gcc 10.3 and newer can');
  expect(error?.hint).toContain('packages: {all: {compiler: [gcc@10.3]}}');
  expect(error?.details).toEqual({ compiler: 'gcc@8', target: 'zen3', minVersion: '10.3' });
});

test("the suite's own compiler is meant where the step asks for none", () => {
  expect(refusalOf([], 'zen4', 'bullseye')?.message).toBe('gcc@10.2 of bullseye cannot compile for zen4');
});

test('the second compiler of a step is examined too', () => {
  expect(refusalOf(['gcc@13', 'gcc@8'], 'zen3')?.message).toContain('gcc@8');
});
