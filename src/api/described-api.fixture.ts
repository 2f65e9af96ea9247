import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createApi } from './app.ts';
import type { ApiDependencies } from './dependencies.ts';

/**
 * The API with its routes and their description, and nothing behind them: no database, no accounts. Routes that need
 * those fail, but for what a test gives.
 */
export async function createDescribedApi(
  basePath = '/image_creation',
  parts: Partial<ApiDependencies> = {},
): Promise<FastifyInstance> {
  const deps = {
    settings: { basePath, downloads: 'authenticated', trustedProxies: [], quota: { queued: 50 } },
    changes: { subscribe: () => () => undefined, isConnected: false },
    systems: [],
    pagesDirectory: '/nonexistent',
    version: '0.0.0',
    ...parts,
  } as unknown as ApiDependencies;
  const app = await createApi(deps, pino({ level: 'silent' }));
  await app.ready();
  return app;
}
