import { expect, test } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import type { HttpReply, HttpRequest } from './http.ts';
import { formatReferrers, indexType, type Referrer } from './referrers.ts';
import { createReferrersClient } from './referrers-client.ts';

const image = digestOf('image');
const tag = `sha256-${image.slice(7)}`;
const listed: Referrer = { mediaType: 'm', digest: digestOf('artifact'), size: 1, artifactType: 't' };
const index: HttpReply = {
  status: 200,
  headers: { 'content-type': indexType },
  body: formatReferrers([], [listed]),
};
const answer = (status: number, headers: HttpReply['headers'] = {}, body = ''): HttpReply => ({
  status,
  headers,
  body,
});

/** A registry that answers by the end of the address, and writes down what it was asked. */
function createRig(replyTo: (request: HttpRequest) => HttpReply | undefined, credentials = true) {
  const requests: HttpRequest[] = [];
  const client = createReferrersClient({
    host: 'r.example.org:5000',
    path: 'team/x',
    credentials: credentials ? { user: 'me', password: 'secret' } : undefined,
    send: async (request) => {
      requests.push(request);
      return replyTo(request) ?? answer(404);
    },
  });
  return { client, requests, lines: () => requests.map(({ method, url }) => `${method} ${url}`) };
}

const base = 'https://r.example.org:5000/v2/team/x';
const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;

test('a registry that keeps the list is asked for it', async () => {
  const { client, lines } = createRig(({ url }) => (url.includes('/referrers/') ? index : undefined));
  expect(await client.list(image)).toEqual({ isKept: true, referrers: [listed] });
  expect(lines()).toEqual([`GET ${base}/referrers/${image}`]);
});

test('else the list is the tag', async () => {
  const { client, lines } = createRig(({ url }) => (url.endsWith(tag) ? index : undefined));
  expect(await client.list(image)).toEqual({ isKept: false, referrers: [listed] });
  expect(lines()).toEqual([`GET ${base}/referrers/${image}`, `GET ${base}/manifests/${tag}`]);
});

test('no tag means no referrers', async () => {
  const { client } = createRig(() => undefined);
  expect(await client.list(image)).toEqual({ isKept: false, referrers: [] });
});

test('a page that is no list, as gateways send it, is not taken for one', async () => {
  const { client } = createRig(({ url }) =>
    url.includes('/referrers/') ? answer(200, { 'content-type': 'text/html' }, '<html>') : undefined,
  );
  expect(await client.list(image)).toEqual({ isKept: false, referrers: [] });
});

test.each([500, 401, 403])(
  'a tag that cannot be read (%d) is not taken for an empty list',
  async (status) => {
    const { client } = createRig(({ url }) => (url.endsWith(tag) ? answer(status) : undefined));
    await expect(client.list(image)).rejects.toMatchObject({ code: 'REGISTRY_ATTACH_FAILED' });
  },
);

test('a tag of something else is not overwritten', async () => {
  const { client } = createRig(({ url }) =>
    url.endsWith(tag) ? answer(200, {}, '{"layers": []}') : undefined,
  );
  await expect(client.list(image)).rejects.toMatchObject({ code: 'REGISTRY_ATTACH_FAILED' });
});

test('credentials are sent when they are asked for, and from then on', async () => {
  const { client, requests } = createRig(({ headers }) =>
    headers['Authorization'] === basic
      ? answer(404)
      : answer(401, { 'www-authenticate': 'Basic realm="Registry"' }),
  );
  await client.list(image);
  expect(requests.map(({ headers }) => headers['Authorization'])).toEqual([undefined, basic, basic]);
});

test('a token is fetched from where the registry says', async () => {
  const challenge =
    'Bearer realm="https://auth.example.org/token",service="r",scope="repository:team/x:pull,push"';
  const { client, requests } = createRig(({ url, headers }) => {
    if (url.startsWith('https://auth.')) return answer(200, {}, '{"token": "abc"}');
    return headers['Authorization'] === 'Bearer abc'
      ? answer(201)
      : answer(401, { 'www-authenticate': challenge });
  });
  await client.writeTag(image, '{}');
  expect(requests[1]?.url).toBe(
    'https://auth.example.org/token?service=r&scope=repository%3Ateam%2Fx%3Apull%2Cpush',
  );
  expect(requests[1]?.headers['Authorization']).toBe(basic);
  expect(requests[2]).toMatchObject({ method: 'PUT', body: '{}', headers: { 'Content-Type': indexType } });
});

test('a password is not sent to a token server in plain text', async () => {
  const challenge = 'Bearer realm="http://auth.example.org/token"';
  const { client, lines } = createRig(() => answer(401, { 'www-authenticate': challenge }));
  await expect(client.writeTag(image, '{}')).rejects.toMatchObject({ code: 'REGISTRY_ATTACH_FAILED' });
  expect(lines()).toEqual([`PUT ${base}/manifests/${tag}`]);
});

test('without credentials a refusal is an error that says so', async () => {
  const { client } = createRig(() => answer(401, { 'www-authenticate': 'Basic realm="x"' }), false);
  await expect(client.writeTag(image, '{}')).rejects.toMatchObject({
    message: expect.stringContaining('status 401'),
  });
});
