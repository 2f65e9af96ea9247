import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';
import { basic, createTestApi, testPassword } from './api.fixture.ts';

type Access = 'admin' | 'anonymous';
const viaProxy = { 'x-forwarded-for': '192.0.2.7' };

test.each<readonly [string, Access, Readonly<Record<string, string>>, number]>([
  ['a program on this machine', 'admin', {}, 200],
  ['a client through a proxy', 'admin', viaProxy, 401],
  ['a user', 'admin', { ...viaProxy, authorization: basic('ada', testPassword) }, 403],
  ['an administrator', 'admin', { ...viaProxy, authorization: basic('root', testPassword) }, 200],
  ['a wrong password', 'admin', { ...viaProxy, authorization: basic('root', 'wrong') }, 401],
  ['everybody, where they are open', 'anonymous', viaProxy, 200],
])('%s gets the metrics or not (%s)', async (_who, access, headers, status) => {
  const registry = new Registry();
  const metrics = { registry, contentType: registry.contentType, render: () => registry.metrics() };
  const { app } = await createTestApi({ settings: { metrics: { access } }, metrics });
  onTestFinished(() => app.close());
  expect((await app.inject({ url: '/image_creation/metrics', headers })).statusCode).toBe(status);
});
