import type { FastifyPluginCallback, FastifyRequest, preHandlerHookHandler } from 'fastify';
import { requireScope } from './authentication.ts';
import type { ApiDependencies } from './dependencies.ts';

/** `GET <base>/metrics`, for Prometheus. */
export function createMetricsRoute(deps: ApiDependencies): FastifyPluginCallback {
  const { metrics, settings } = deps;
  return (app, _options, done) => {
    if (metrics !== undefined) {
      app.get(
        '/metrics',
        { preHandler: guardMetrics(deps, settings.metrics.access) },
        async (_request, reply) =>
          reply
            .type(metrics.contentType)
            .header('cache-control', 'no-store')
            .send(await metrics.render()),
      );
    }
    done();
  };
}

function guardMetrics(
  deps: ApiDependencies,
  access: ApiDependencies['settings']['metrics']['access'],
): preHandlerHookHandler {
  const guard = requireScope(deps, { scope: 'admin', challenge: 'Basic', acceptsCookie: true });
  return function (request, reply, done) {
    if (access === 'anonymous' || (access === 'admin' && isFromThisMachine(request))) done();
    else guard.call(this, request, reply, done);
  };
}

/** A proxy on this machine speaks for others, and says so. */
function isFromThisMachine({ socket, headers }: FastifyRequest): boolean {
  const isForwarded = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via'].some((name) => name in headers);
  return !isForwarded && /^(?:::1|(?:::ffff:)?127\.[\d.]+)$/.test(socket.remoteAddress ?? '');
}
