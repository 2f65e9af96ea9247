import { expect, test } from 'vitest';
import { listSuites } from './host-suites.ts';

test.each([
  ['Debian', 'PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_CODENAME=bookworm\nID=debian\n', 'bookworm'],
  ['Ubuntu, which is like Debian', 'ID=ubuntu\nID_LIKE=debian\n', 'jammy'],
  ['what is derived from Ubuntu', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'jammy'],
])('the mirrors of %s have its suites', (_title, osRelease, suite) => {
  expect(listSuites(osRelease)).toContain(suite);
});

test.each(['ID=fedora\nVARIANT_ID=debian\n', 'ID=constructor\n', ''])('others have none: %j', (osRelease) => {
  expect(listSuites(osRelease)).toEqual([]);
});
