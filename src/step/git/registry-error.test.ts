import { expect, test } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { toRegistryError } from './registry-error.ts';

test.each([
  ["fatal: unable to access 'https://h/': server certificate verification failed", 'certificate authorities'],
  ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'credentials'],
  ["fatal: detected dubious ownership in repository at '/r'", 'safe.directory'],
  ['fatal: write error: No space left on device', 'disk space'],
  ["fatal: unable to access 'https://h/': Could not resolve host: h", 'proxy'],
])('a failure says what to do: %s', (line, hint) => {
  const failure = new AppError('EXEC_FAILED', 'git ended', { details: { lastLines: ['warning: x', line] } });
  expect(toRegistryError(failure, 'https://h')).toMatchObject({
    code: 'STEP_REGISTRY_UNREACHABLE',
    message: expect.stringContaining(line),
    hint: expect.stringContaining(hint),
  });
});
