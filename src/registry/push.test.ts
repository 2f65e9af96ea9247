import { expect, test } from 'vitest';
import { planPush } from './push.ts';
import { splitReference } from './split-reference.ts';

test('credentials are named by their file, never given as words', () => {
  const command = planPush('/layout', 'registry.example.org/a/b@sha256:00', {
    credentialsFile: '/etc/auth.json',
    credentials: { user: 'bot', password: 's3cret' },
  });
  expect(command.args).toContain('--dest-authfile');
  expect(command.args.join(' ')).not.toMatch(/creds|s3cret/);
});

test('certificates are checked unless the registry is marked as insecure', () => {
  const args = (insecure: boolean) => planPush('/layout', 'r/a@sha256:00', { insecure }).args;
  expect(args(false)).not.toContain('--dest-tls-verify=false');
  expect(args(true)).toContain('--dest-tls-verify=false');
});

test('a port is no tag', () => {
  expect(splitReference('localhost:5000/a/b:1.2')).toEqual({ repository: 'localhost:5000/a/b', tag: '1.2' });
});
