import { expect, test } from 'vitest';
import { planAttachmentPush } from './attach.ts';

const reference = `r.example.org/a@sha256:${'0'.repeat(64)}`;

test('an artifact is pushed by its digest and without a change', () => {
  const { file, args, env } = planAttachmentPush('/layout', reference, { caBundle: '/ca.pem' });
  expect([file, ...args]).toEqual([
    'skopeo',
    'copy',
    '--preserve-digests',
    '--retry-times=3',
    'oci:/layout',
    `docker://${reference}`,
  ]);
  expect(env).toEqual({ SSL_CERT_FILE: '/ca.pem' });
});

test('credentials are named by their file', () => {
  const { args } = planAttachmentPush('/layout', reference, {
    credentialsFile: '/auth.json',
    insecure: true,
  });
  expect(args).toContain('--dest-authfile');
  expect(args).toContain('--dest-tls-verify=false');
  expect(args.join(' ')).not.toMatch(/creds|password/);
});
