import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LockNode } from '../../spack/lock.ts';
import { parseLock } from '../../spack/lock.ts';
import { checkInstalledTargets, checkTargets, listTargetFlags } from './check-targets.ts';

const lock = parseLock(readFileSync(new URL('../../spack/golden/bzip2-0.23.lock', import.meta.url), 'utf8'));

describe('what Spack decided', () => {
  test('is right when all that is built is for the machine, whatever the externals are for', () => {
    expect(lock.nodes.some(({ target }) => target === 'x86_64_v3')).toBe(true);
    checkTargets(lock, 'zen3');
  });

  test('is wrong otherwise, and every such package is named', () => {
    expect(() => checkTargets(lock, 'zen4')).toThrow(
      expect.objectContaining({
        code: 'SPACK_TARGET_WRONG',
        message: 'Spack chose another microarchitecture than zen4 for bzip2@1.0.8 (zen3)',
        details: { microarchitecture: 'zen4', packages: ['bzip2@1.0.8 (zen3)'] },
      }),
    );
  });
});

describe('what was installed', () => {
  const flags = '-march=znver3 -mtune=znver3';
  const line = (name: string, used: string) => `/opt/software/${name}\t${used}\n`;

  test.each([
    [
      'both names that Spack has for it',
      `${line('a', "SPACK_TARGET_ARGS_CC='-march=znver3'")}${line('b', 'SPACK_TARGET_ARGS=-march=znver3 -mtune=znver3')}`,
    ],
    ['packages that compile nothing', line('python-venv', '')],
    ['nothing at all', ''],
  ])('is right: %s', (_what, text) => {
    checkInstalledTargets(text, [flags], 'zen3');
  });

  test('is wrong when one package has the flags of another microarchitecture', () => {
    const text = line('a', `SPACK_TARGET_ARGS='${flags}'`) + line('b', "SPACK_TARGET_ARGS='-march=znver2'");
    expect(() => checkInstalledTargets(text, [flags], 'zen3')).toThrow(
      expect.objectContaining({
        code: 'SPACK_TARGET_WRONG',
        message: expect.stringContaining('than zen3: /opt/software/b (-march=znver2)'),
        hint: expect.stringContaining('package cache'),
        details: { microarchitecture: 'zen3', packages: ['/opt/software/b (-march=znver2)'] },
      }),
    );
  });

  test('of machines whose compilers say -mcpu that counts', () => {
    const power = line('a', "SPACK_TARGET_ARGS='-mcpu=power8 -mtune=power8'");
    checkInstalledTargets(power, ['-mcpu=power8 -mtune=power8'], 'power8le');
    expect(() => checkInstalledTargets(power, ['-mcpu=power9 -mtune=power9'], 'power9le')).toThrow('power8');
  });

  test('cannot be told where no flags are known', () => {
    checkInstalledTargets(line('a', '-march=znver2'), [], 'zen3');
  });
});

test('what is right depends on the compilers of what is built', () => {
  const [bzip2] = lock.nodes.filter(({ name }) => name === 'bzip2');
  const flagsOf = (compiler: LockNode['compiler'], isExternal = false) =>
    listTargetFlags(bzip2 ? [{ ...bzip2, isExternal, ...(compiler && { compiler }) }] : [], 'zen5').join();
  expect(flagsOf({ name: 'gcc', version: '14.2.0' })).toContain('-march=znver5');
  expect(flagsOf({ name: 'llvm', version: '19.1.0' })).toContain('-march=znver5');
  expect(flagsOf({ name: 'gcc', version: '12.2.0' })).toBe('');
  expect(flagsOf({ name: 'gcc', version: '14.2.0' }, true)).toBe('');
  expect(listTargetFlags(lock.nodes, 'zen3').join()).toContain('-march=znver3');
});
