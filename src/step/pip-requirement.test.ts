import { expect, test } from 'vitest';
import { checkPipRequirement } from './pip-requirement.ts';

test.each([
  'pandas>=1.5',
  'rocrate',
  'boolean.py==4.0',
  'Mosek==9.3.15',
  'numpy >= 1.20, < 2 , != 1.24.*',
  'numpy (>=1.20,<2)',
  'requests[security,socks]~=2.8',
  'torch==2.1.0+cu118',
  'x===weird_version',
  'pywin32; sys_platform == "win32"',
  "importlib-metadata>=1; python_version < '3.8' and (os_name != 'nt' or platform_machine in 'x86_64')",
  'mypkg @ https://example.org/mypkg-1.0-py3-none-any.whl',
  'mypkg[a]@git+https://example.org/x.git@v1#egg=mypkg',
  'git+https://example.org/x.git@v1',
  'mypkg @ https://example.org/x.zip ; python_version >= "3.10"',
])('%s is a requirement', (text) => {
  expect(checkPipRequirement(text)).toBeUndefined();
});

test.each([
  ['-r other.txt', 'requirements.txt'],
  ['--index-url=https://example.org', 'requirements.txt'],
  ['pandas=1.5', 'pandas==1.5'],
  ['.', 'post_inst.sh'],
  ['./local', 'post_inst.sh'],
  ['dist/x.whl', 'post_inst.sh'],
  ['pandas numpy', 'a line of its own'],
  ['pandas; rm -rf /', 'pandas>=1.5'],
  ['pandas && id', 'pandas>=1.5'],
  ['$(id)', 'pandas>=1.5'],
  ['pandas>=1.5 | cat', 'pandas>=1.5'],
  ['x @ https://example.org/`id`', 'pandas>=1.5'],
  ['pandas\nnumpy', ''],
  ['', 'pandas>=1.5'],
])('%j is none', (text, hint) => {
  expect(checkPipRequirement(text)?.hint).toContain(hint);
});

test('a long text that nearly is a requirement is refused without delay', () => {
  expect(checkPipRequirement(`${'a.'.repeat(900)}!`)).toBeDefined();
  expect(checkPipRequirement(`a${' '.repeat(1_900)}!`)).toBeDefined();
  expect(checkPipRequirement(`a; ${'('.repeat(900)}x == y${')'.repeat(900)}!`)).toBeDefined();
});
