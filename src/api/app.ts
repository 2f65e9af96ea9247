import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import { fastifySSE } from '@fastify/sse';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { AppError } from '../errors/app-error.ts';
import { answerClientError } from './client-error.ts';
import type { ApiDependencies } from './dependencies.ts';
import { addDraining } from './draining.ts';
import { createBuildRoutes } from './frozen/build-routes.ts';
import { createDownloadRoutes } from './frozen/download-routes.ts';
import { createLoginRoutes } from './frozen/login-routes.ts';
import { createStatusCache } from './frozen/status-cache.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { readJsonBodies } from './json-body.ts';
import { createMetricsRoute } from './metrics-route.ts';
import { registerOpenApi, registerOpenApiPages } from './openapi.ts';
import { loadPages } from './pages/pages.ts';
import { sendProblem } from './problem.ts';
import { logRequest } from './request-log.ts';
import { followRequests, type Requests } from './requests.ts';
import { findUnusable } from './unusable-request.ts';
import { registerV1 } from './v1/register.ts';

/** A build request is a few lines; a `spack.lock` some hundred kilobytes. */
const bodyLimitBytes = 4 * 2 ** 20;

/**
 * The HTTP face of the service, without a port: `listen` or `inject` it.
 *
 * ```
 * /build, /images/download, /login            as the predecessor had them, under the base path and at the root
 * <base>/api/v1/...                           everything
 * <base>/, <base>/builds, ...                 the web pages
 * ```
 */
export async function createApi(deps: ApiDependencies, logger: FastifyBaseLogger): Promise<FastifyInstance> {
  const { basePath, trustedProxies } = deps.settings;
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    bodyLimit: bodyLimitBytes,
    genReqId: () => randomUUID(),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    forceCloseConnections: true,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    // Node would answer without a body; findUnusable has one.
    http: { requireHostHeader: false },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('principal', null);
  addDraining(app, followAll(app, deps));
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    done(findUnusable(request));
  });
  readJsonBodies(app);
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  const pages = await loadPages(deps);
  app.setNotFoundHandler((request, reply) => {
    if (pages.isWanted(request)) return pages.send(reply.code(404));
    const error = new AppError('API_NOT_FOUND', `there is nothing at ${request.method} ${request.url}`);
    return sendProblem(error, request, reply);
  });
  await registerOpenApi(app, { basePath, version: deps.version });
  await app.register(fastifySSE);

  const statuses = createStatusCache(deps.builds, deps.changes);
  const prefixes = [...new Set([basePath, ''])];
  for (const prefix of prefixes) {
    const hide = prefix !== basePath;
    await app.register(createBuildRoutes(deps, { statuses, hide }), { prefix });
    await app.register(createLoginRoutes(deps, { hide }), { prefix });
  }
  // Not for those who poll: the hooks for cookies would cost them a tenth of the rate.
  await app.register(async (scope) => {
    await scope.register(cookie);
    for (const prefix of prefixes) {
      await scope.register(createDownloadRoutes(deps, { hide: prefix !== basePath }), { prefix });
    }
    await scope.register(createMetricsRoute(deps), { prefix: basePath });
    await registerV1(scope, deps, `${basePath}/api/v1`);
  });
  await registerOpenApiPages(app, `${basePath}/api/v1`);
  await pages.register(app);
  return app;
}

function followAll(app: FastifyInstance, { metrics, settings: { basePath } }: ApiDependencies): Requests {
  const measure = metrics && createHttpMetrics(metrics.registry);
  return followRequests(app, {
    basePath,
    onAnswered(answered) {
      measure?.(answered);
      logRequest(answered);
    },
  });
}
