import type { FastifyInstance } from 'fastify';
import type { Requests } from './requests.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** True from the moment on that the service ends. */
    isDraining(): boolean;
    /**
     * Takes no new connections, answers what has been asked, and is done when all is answered or the time is over.
     * Closing the instance afterwards ends what is left.
     */
    drain(timeoutMs: number): Promise<void>;
  }
}

/**
 * Fastify's own end answers new requests on open connections with 503, which makes clients of the frozen API give up a
 * build that goes on: here they are answered, and told that the connection ends.
 */
export function addDraining(app: FastifyInstance, requests: Requests): void {
  let isDraining = false;
  app.decorate('isDraining', () => isDraining);
  app.decorate('drain', async (timeoutMs: number) => {
    isDraining = true;
    app.server.close();
    await requests.waitUntilAnswered(timeoutMs);
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done();
  });
}
