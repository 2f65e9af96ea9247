import { expect, test } from 'vitest';
import { planPush } from './push.ts';

test('credentials are named by their file, never given as words', () => {
  const command = planPush('/layout', 'registry.example.org/a/b:1', {
    credentialsFile: '/etc/auth.json',
    digestFile: '/d',
  });
  expect(command.args).toContain('--dest-authfile');
  expect(command.args.join(' ')).not.toMatch(/creds|password/);
});

test('certificates are checked unless the registry is marked as insecure', () => {
  const args = (insecure: boolean) => planPush('/layout', 'r/a:1', { insecure, digestFile: '/d' }).args;
  expect(args(false)).not.toContain('--dest-tls-verify=false');
  expect(args(true)).toContain('--dest-tls-verify=false');
});
