import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { planCompilerEnvironment } from './compiler-environment.ts';

test.each([
  ['zen5', 'x86_64'],
  ['neoverse_v2', 'aarch64'],
  ['power9le', 'ppc64le'],
])('a compiler for %s runs on every machine of its family', (microarchitecture, family) => {
  const { spack } = parse(planCompilerEnvironment('gcc@14', microarchitecture, ['/site']));
  expect(spack).toMatchObject({
    specs: ['gcc@14'],
    include: ['/site'],
    packages: { all: { require: [`target=${family}`] } },
  });
});
