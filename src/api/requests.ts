import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A request that has been answered, or whose client has gone. */
export type AnsweredRequest = {
  readonly request: FastifyRequest;
  readonly method: string;
  /** As it was declared, without the base path: ids, names and queries are not in it. Null where there is none. */
  readonly route: string | null;
  readonly status: number;
  readonly ms: number;
  /** False: the client, or the end of the service, cut it off. */
  readonly isComplete: boolean;
  /** What went over the connection meanwhile. */
  readonly sentBytes: number;
};

export type Requests = {
  /** Waits until everything is answered but event streams, which have no end; at most so long. */
  waitUntilAnswered(timeoutMs: number): Promise<void>;
};

/** Follows every request from its first line to the last byte of its answer. */
export function followRequests(
  app: FastifyInstance,
  {
    basePath,
    onAnswered,
  }: { readonly basePath: string; readonly onAnswered: (answered: AnsweredRequest) => void },
): Requests {
  const open = new Set<ServerResponse>();
  const watchers = new Set<() => void>();
  app.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now();
    const { socket, method } = request;
    const sentBefore = socket.bytesWritten ?? 0;
    open.add(reply.raw);
    // Fastify's own hook does not tell of clients that went away. It is told once: `once` would only cost.
    reply.raw.on('close', () => {
      open.delete(reply.raw);
      onAnswered({
        request,
        method,
        route: routeOf(request, basePath),
        status: statusOf(reply),
        ms: performance.now() - startedAt,
        isComplete: reply.raw.writableFinished,
        sentBytes: (socket.bytesWritten ?? 0) - sentBefore,
      });
      for (const watcher of watchers) watcher();
    });
    done();
  });
  return {
    waitUntilAnswered: (timeoutMs) =>
      new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          watchers.delete(look);
          resolve();
        };
        const look = () => {
          if ([...open].every(isEventStream)) finish();
        };
        const timer = setTimeout(finish, timeoutMs);
        watchers.add(look);
        look();
      }),
  };
}

function routeOf({ routeOptions }: FastifyRequest, basePath: string): string | null {
  const { url } = routeOptions;
  if (url === undefined) return null;
  return url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url;
}

/** Of a client that went before it was answered there is none: nginx calls that 499. */
function statusOf({ raw }: FastifyReply): number {
  return raw.headersSent ? raw.statusCode : 499;
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
}
