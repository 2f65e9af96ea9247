import { expect, test } from 'vitest';
import { findCompilerPackages, isBuildTool, planCompilers } from './compilers.ts';

const surroundings = {
  scope: { base: 'bookworm', architecture: 'amd64' },
  network: { hasCaBundle: false, hasAptAuth: false },
} as const;

test.each([
  ['gcc@12', 'bookworm', ['gcc-12', 'g++-12', 'gfortran-12']],
  ['gcc@=13.2.0', 'noble', ['gcc-13', 'g++-13', 'gfortran-13']],
  ['gcc@8', 'focal', ['gcc-8', 'g++-8', 'gfortran-8']],
  ['gcc@13', 'bookworm', []],
  ['gcc@12', undefined, []],
  ['gcc@12', 'sid', []],
  ['llvm@17', 'bookworm', []],
  ['gcc', 'bookworm', []],
] as const)('%s of %s comes from %j', (compiler, suite, packages) => {
  expect(findCompilerPackages(compiler, suite)).toEqual(packages);
});

test.each([
  'gcc',
  'gcc-8',
  'g++-12',
  'gfortran=4:12.2.0-3',
  'clang:amd64',
  'build-essential',
  'make',
  'cmake',
])('%s is needed while building only', (name) => {
  expect(isBuildTool(name)).toBe(true);
});

test.each(['openmpi-bin', 'libgcc-s1', 'gcc-doc', 'libopenmpi-dev', 'makeself', 'gfortranx'])(
  '%s stays in the image',
  (name) => {
    expect(isBuildTool(name)).toBe(false);
  },
);

test('compilers are installed and made known to Spack in one layer', () => {
  const [fragment, ...others] = planCompilers('apt', ['gcc-12', 'libxml2-dev=2.9.*'], surroundings);
  expect(others).toEqual([]);
  expect(fragment?.instructions).toHaveLength(1);
  expect(fragment?.instructions[0]).toContain("apt-get install --yes gcc-12 'libxml2-dev=2.9.*'");
  expect(fragment?.instructions[0]).toContain(
    '/opt/spack/bin/spack -C /opt/cic/config compiler find --scope site',
  );
});

test('without packages there is nothing to do', () => {
  expect(planCompilers('apt', [], surroundings)).toEqual([]);
});
