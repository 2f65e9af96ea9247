import type { AnsweredRequest } from './requests.ts';

/** Asked by programs every few seconds, or many for one page: told at the level `debug`, unless the client did something wrong. */
const polled = new Set(['/build/:id', '/metrics', '/assets/*', '/static/*']);
/** Whether the service is ready is told by their status; it is no failure of a request. */
const probes = new Set(['/api/v1/health', '/api/v1/ready']);

/** One line for each request: who did what, and how it went; never headers, bodies, queries or names from the path. */
export function logRequest({ request, method, route, status, ms, isComplete }: AnsweredRequest): void {
  const user = request.principal?.user.id;
  request.log[levelOf({ method, route, status })](
    {
      method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      ...(user !== undefined && { user }),
      ...(!isComplete && { aborted: true }),
    },
    'request',
  );
}

function levelOf({ method, route, status }: Pick<AnsweredRequest, 'method' | 'route' | 'status'>) {
  if (method === 'GET' && route !== null && probes.has(route)) return 'debug';
  if (status >= 500) return 'warn';
  return method === 'GET' && route !== null && polled.has(route) && status < 400 ? 'debug' : 'info';
}
