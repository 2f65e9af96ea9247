import { expect, test } from 'vitest';
import { parseAuthorization, toCacheKey } from './credential.ts';

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text as string).toString('base64')}`;

test.each([
  [basic('ada:secret'), { kind: 'password', name: 'ada', password: 'secret' }],
  [basic('ada:a:b:'), { kind: 'password', name: 'ada', password: 'a:b:' }],
  [basic('ada:пароль'), { kind: 'password', name: 'ada', password: 'пароль' }],
  [basic('ada:'), { kind: 'password', name: 'ada', password: '' }],
  [basic('cic_abc:'), { kind: 'token', token: 'cic_abc' }],
  [basic('cic_abc:x'), { kind: 'password', name: 'cic_abc', password: 'x' }],
  ['Bearer cic_abc', { kind: 'token', token: 'cic_abc' }],
  ['bearer   cic_abc', { kind: 'token', token: 'cic_abc' }],
  ['  BASIC YTpi ', { kind: 'password', name: 'a', password: 'b' }],
  [basic(Buffer.from([0xff, 0x3a, 0xfe])), { kind: 'password', name: '\ufffd', password: '\ufffd' }],
])('%s', (header, credential) => {
  expect(parseAuthorization(header)).toEqual(credential);
});

test.each([
  '',
  'Basic',
  'Basic ',
  'Bearer',
  'Digest abc',
  'Basic !!!',
  'Basic YQ',
  basic(':pw'),
  'Bearer a b',
  'x'.repeat(1e6),
])('"%.30s" is no credential', (header) => {
  expect(parseAuthorization(header)).toBeUndefined();
});

test('keys tell credentials apart, and tell nothing about them', () => {
  const password = { kind: 'password', name: 'ada', password: 'secret' } as const;
  expect(toCacheKey(password)).toBe(toCacheKey({ ...password }));
  const others = [
    { ...password, password: 'secret2' },
    { ...password, name: 'ada2' },
    { kind: 'token', token: 'secret' } as const,
    { kind: 'session', secret: 'secret' } as const,
  ];
  expect(new Set([password, ...others].map(toCacheKey)).size).toBe(5);
  expect(toCacheKey(password)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
});
