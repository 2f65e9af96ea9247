import { expect, test } from 'vitest';
import { hostMicroarchitecture } from './host.ts';
import { findMicroarchitecture } from './microarchitecture.ts';

function cpuinfoOf(name: string, extra: Record<string, string>): string {
  const features = findMicroarchitecture(name)?.features.join(' ') ?? '';
  const fields = { processor: '0', flags: features, Features: features, ...extra };
  const processor = Object.entries(fields).map(([key, value]) => `${key}\t: ${value}`);
  return `${processor.join('\n')}\n\nprocessor\t: 1\nvendor_id\t: other\n`;
}

test.each([
  ['zen2', 'amd64', { vendor_id: 'AuthenticAMD' }],
  ['zen4', 'amd64', { vendor_id: 'AuthenticAMD' }],
  ['skylake_avx512', 'amd64', { vendor_id: 'GenuineIntel' }],
  ['sapphirerapids', 'amd64', { vendor_id: 'GenuineIntel' }],
  ['neoverse_v2', 'arm64', { 'CPU implementer': '0x41', 'CPU part': '0xd4f' }],
  ['a64fx', 'arm64', { 'CPU implementer': '0x46', 'CPU part': '0x001' }],
  ['power9le', 'ppc64le', { cpu: 'POWER9, altivec supported' }],
] as const)('a machine with the features of %s on %s is recognised', (name, architecture, fields) => {
  expect(hostMicroarchitecture(cpuinfoOf(name, fields), architecture)?.name).toBe(name);
});

test('a processor of an unknown vendor is as good as its vendor-neutral level', () => {
  const cpuinfo = cpuinfoOf('zen4', { vendor_id: 'HygonGenuine' });
  expect(hostMicroarchitecture(cpuinfo, 'amd64')?.name).toBe('x86_64_v4');
});

test('an emulated POWER, whose cpuinfo is that of the host, is the plain family', () => {
  expect(hostMicroarchitecture(cpuinfoOf('zen4', { vendor_id: 'AuthenticAMD' }), 'ppc64le')?.name).toBe(
    'ppc64le',
  );
});

test('a text with nothing in it is the plain family', () => {
  expect(hostMicroarchitecture('', 'arm64')?.name).toBe('aarch64');
});
