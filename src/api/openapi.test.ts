import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { createDescribedApi } from './described-api.fixture.ts';

let app: FastifyInstance;

afterEach(() => app.close());

type Operation = {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
};
type Document = {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
};

async function readDocument(basePath?: string): Promise<Document> {
  app = await createDescribedApi(basePath);
  const { statusCode, body } = await app.inject(`${basePath ?? '/image_creation'}/api/v1/openapi.json`);
  expect(statusCode).toBe(200);
  return JSON.parse(body) as Document;
}

test('every route is described, the frozen ones once', async () => {
  const { openapi, paths } = await readDocument();
  expect(openapi).toBe('3.1.0');
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/build',
      '/build/{id}',
      '/images/download/{filename}',
      '/login',
      '/api/v1/builds',
    ]),
  );
  expect(Object.keys(paths).filter((path) => path.startsWith('/image_creation'))).toEqual([]);
});

test('every operation has a name of its own, a summary and a known group', async () => {
  const { paths, tags } = await readDocument();
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).not.toContain(undefined);
  expect(operations.filter(({ summary }) => !summary)).toEqual([]);
  const known = tags.map(({ name }) => name);
  expect(
    operations.flatMap((operation) => operation.tags ?? ['none']).filter((tag) => !known.includes(tag)),
  ).toEqual([]);
});

test('schemas have names, and each is used', async () => {
  const { components, paths } = await readDocument();
  const names = Object.keys(components.schemas);
  expect(names).toEqual(expect.arrayContaining(['Build', 'BuildRequestInput', 'Problem', 'Submission']));
  const text = JSON.stringify({ paths, components });
  expect(names.filter((name) => !text.includes(`"#/components/schemas/${name}"`))).toEqual([]);
});

test('under another base path the paths stay, and the server moves', async () => {
  const { paths } = await readDocument();
  await app.close();
  const other = await readDocument('/hpc/cic');
  expect(other.servers).toEqual([{ url: '/hpc/cic' }]);
  expect(other.paths).toEqual(paths);
  await app.close();
  expect((await readDocument('')).paths).toEqual(paths);
});

test('the page asks nothing of others, and is found without a slash at its end too', async () => {
  app = await createDescribedApi();
  const { statusCode, headers } = await app.inject('/image_creation/api/v1/docs');
  expect([statusCode, headers.location]).toEqual([302, 'docs/']);
  const page = await app.inject('/image_creation/api/v1/docs/');
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) {
    expect(link).toMatch(/^\.\/static\//);
    expect((await app.inject(`/image_creation/api/v1/docs/${link.slice(2)}`)).statusCode).toBe(200);
  }
});
