import { expect, test } from 'vitest';
import { parsePlatform } from './platform.ts';

test.each([
  ['amd64', 'did you mean "linux/amd64"?'],
  ['linux/x86_64', 'did you mean "linux/amd64"?'],
  ['aarch64', 'did you mean "linux/arm64"?'],
  ['Linux/PPC64EL', 'did you mean "linux/ppc64le"?'],
  ['linux/amd46', 'did you mean "linux/amd64"?'],
  ['linux/riscv64', 'use one of linux/amd64, linux/arm64, linux/ppc64le'],
  ['windows/amd64', 'use one of linux/amd64, linux/arm64, linux/ppc64le'],
  ['', 'use one of linux/amd64, linux/arm64, linux/ppc64le'],
])('a platform that CIC does not build for is told what may be meant: %j', (text, hint) => {
  expect(() => parsePlatform(text)).toThrow(expect.objectContaining({ code: 'OCI_PLATFORM_INVALID', hint }));
});
