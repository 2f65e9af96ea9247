import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { sessionCookie } from './authentication.ts';

type OpenApiDocument = ReturnType<typeof jsonSchemaTransformObject>;

/** The page comes from this service alone: no script, style or font of others. */
const pagePolicy = {
  'default-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
  'object-src': ["'none'"],
};

const securitySchemes = {
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'User name and password, or a token as the user name',
  },
  token: { type: 'http', scheme: 'bearer', description: 'An API token' },
  session: { type: 'apiKey', in: 'cookie', name: sessionCookie, description: 'The session of the web page' },
} as const;

/** Words for the groups of routes. */
const tags = [
  { name: 'builds', description: 'Ask for images, and follow and end what was asked for' },
  { name: 'logs', description: 'What a build says, live and afterwards' },
  { name: 'images', description: 'What has been built' },
  { name: 'workflows', description: 'What can be built' },
  { name: 'machines', description: 'What images can be built for' },
  { name: 'account', description: "One's own account, its tokens and sessions" },
  { name: 'users', description: 'Accounts of all, for administrators' },
  { name: 'admin', description: 'The whole site, for administrators' },
  { name: 'service', description: 'The service itself' },
  {
    name: 'frozen',
    description: 'As the predecessor had it, for the programs that call it; also at the root',
  },
];

/** Gathers the schemas of all routes that are registered after this. */
export async function registerOpenApi(
  app: FastifyInstance,
  { basePath, version }: { readonly basePath: string; readonly version: string },
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CIC',
        version,
        description: 'Builds HPC-ready container images for a chosen machine.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: basePath === '' ? '/' : basePath }],
      tags,
      components: { securitySchemes },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => describeAnswers(dropUnused(jsonSchemaTransformObject(document))),
  });
}

/** `openapi.json` and a page to read it and to try it out, under `prefix`. */
export async function registerOpenApiPages(app: FastifyInstance, prefix: string): Promise<void> {
  app.get(`${prefix}/openapi.json`, { schema: { hide: true } }, async () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: `${prefix}/docs`,
    staticCSP: pagePolicy,
    // Without the bar on top, which offers to load the document of another service.
    uiConfig: { layout: 'BaseLayout', persistAuthorization: false, tryItOutEnabled: true },
    theme: { title: 'CIC: API' },
    uiHooks: {
      // Links of the page are relative then, whatever path a proxy adds or takes away.
      onRequest: async (request, reply) => {
        if (/\/docs(\?.*)?$/.test(request.url)) return reply.redirect('docs/');
      },
    },
  });
}

/** The transform makes an input and an output of every schema that has a name. */
function dropUnused(document: OpenApiDocument): OpenApiDocument {
  const components = 'components' in document ? document.components : undefined;
  const schemas: Readonly<Record<string, unknown>> = components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (value: unknown) => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? null);
    }
  };
  visit('paths' in document ? document.paths : {});
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  const named = { ...components, schemas: Object.fromEntries(kept) };
  return { ...document, components: named } as OpenApiDocument;
}

/** Where a route says nothing of an answer, its status does. */
function describeAnswers(document: OpenApiDocument): OpenApiDocument {
  const visit = (key: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => visit('', item));
    const copy = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(name, item)]));
    return copy['description'] === 'Default Response'
      ? { ...copy, description: STATUS_CODES[key] ?? 'Answer' }
      : copy;
  };
  return visit('', document) as OpenApiDocument;
}
