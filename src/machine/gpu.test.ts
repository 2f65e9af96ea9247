import { expect, test } from 'vitest';
import { parseGpuSpec } from './gpu.ts';

test.each([
  ['cuda@12', { toolkit: 'cuda@12', kind: 'cuda' }],
  ['cuda@12 cuda_arch=90', { toolkit: 'cuda@12', kind: 'cuda', arch: '90' }],
  ['cuda@12.4 +allow-unsupported-compilers cuda_arch=80,90', { arch: '80,90', kind: 'cuda' }],
  ['cuda_arch=90 cuda', { toolkit: 'cuda', arch: '90' }],
  ['cuda cuda_arch==90', { toolkit: 'cuda', arch: '90' }],
  ['hip@6 amdgpu_target=gfx90a', { toolkit: 'hip@6', kind: 'rocm', arch: 'gfx90a' }],
  ['cuda_arch=90', { toolkit: 'cuda', kind: 'cuda', arch: '90' }],
  ['amdgpu_target=gfx90a', { toolkit: 'hip', kind: 'rocm', arch: 'gfx90a' }],
  ['rocm@6', { toolkit: 'rocm@6', kind: 'rocm' }],
  ['intel-oneapi-compilers', { toolkit: 'intel-oneapi-compilers', kind: 'intel' }],
])('%s', (spec, expected) => {
  expect(parseGpuSpec(spec)).toMatchObject(expected);
});

test('a package that CIC does not know is a toolkit all the same', () => {
  expect(parseGpuSpec('mystery@1')).toEqual({ toolkit: 'mystery@1' });
});
