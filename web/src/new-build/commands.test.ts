import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { formatCic, formatCurl } from './commands.ts';

const request = {
  machine: { platform: 'linux/amd64', architecture: "it's $HOME", container_engine: 'docker' },
  workflow: 'w',
  step_id: 's',
  version: 'latest',
  force: false,
};
const caller = { service: 'https://host/image_creation', userName: 'ada' };

/** The words that a shell makes of a command, and what it would write to a file. */
function runInShell(script: string, name: string): string {
  return execFileSync('sh', ['-c', `${name}() { printf '%s\\n' "$@"; }\n${script}`], { encoding: 'utf8' });
}

test('curl gets the request as it is, whatever is in it', () => {
  const words = runInShell(formatCurl(request, caller), 'curl').trimEnd().split('\n');
  expect(words.slice(0, 3)).toEqual(['-u', 'ada', `${caller.service}/api/v1/builds`]);
  expect(JSON.parse(words.at(-1) ?? '')).toEqual(request);
});

test('cic gets the request as a file', () => {
  const script = formatCic(request, caller, true).replace('cat > request.json', 'cat');
  const output = runInShell(script, 'cic');
  const [json = '', words = ''] = output.split(/^build$/m);
  expect(JSON.parse(json)).toEqual(request);
  expect(words.trim().split('\n')).toEqual([
    '--remote',
    '--service',
    caller.service,
    '-r',
    'request.json',
    '--download',
  ]);
});

test('there is nothing to download for Docker', () => {
  expect(formatCic(request, caller, false)).toMatch(/--wait$/);
});
