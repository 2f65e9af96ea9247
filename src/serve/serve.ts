import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createLoginGuard } from '../accounts/login-guard.ts';
import { createApi } from '../api/app.ts';
import type { ApiDependencies } from '../api/dependencies.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors/app-error.ts';
import { loadSystems } from '../machine/system/load-systems.ts';
import { createBuildFolders } from '../service/build-folder.ts';
import type { DatabaseAddress } from '../storage/database.ts';
import { openStorage, type Storage } from '../storage/open-storage.ts';
import { startPostgres } from '../storage/postgres/server.ts';
import { readVersion } from '../version.ts';
import { createWorkflowBrowser } from './browse-workflows.ts';
import { createOidcLogin } from './create-oidc-login.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { ensureFirstAdmin } from './first-admin.ts';
import { keepTidy } from './keep-tidy.ts';
import { createOperations } from './operations.ts';
import { createServiceAuthenticator } from './service-authenticator.ts';
import { createServiceMetrics } from './service-metrics.ts';
import type { WorkerOrder } from './worker-order.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** Beside the compiled sources, whether these run or the sources themselves. */
const pagesDirectory = fileURLToPath(new URL('../../dist/web', import.meta.url));

export type Service = {
  /** Where clients reach it, with the base path. */
  readonly url: string;
  /** Of the user `admin`, when it was made up at this start: to be shown once. */
  readonly adminPassword?: string;
  /** Resolves when the service cannot go on: its database has ended and does not start again. */
  readonly failed: Promise<AppError>;
  /** Answers what is in progress, gives running builds back to the queue, ends the database. */
  stop(): Promise<void>;
};

export type ServeOptions = {
  readonly config: Config;
  /** The same as text for administrators, with secrets masked. */
  readonly settings: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
};

/**
 * Starts the service: data folder, database, accounts, worker, HTTP, in this order; what was started is ended again when
 * a later part fails.
 *
 * @throws SERVICE_DATA_IN_USE, STORAGE_UNAVAILABLE, STORAGE_SCHEMA_NEWER, SERVICE_LISTEN_FAILED, ACCOUNT_INVALID
 */
export async function serve({ config, settings, env, log }: ServeOptions): Promise<Service> {
  const endings: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const data = await openDataFolder(config.service.dataDirectory);
    endings.push(() => data.release());
    const { address, ended } = await startDatabase(config, data, { log, endings });
    const onError = (error: Error) => log.error({ err: error }, 'database');
    const storage = await openStorage(address, { role: 'service', onError });
    endings.push(() => storage.close());
    const adminPassword = await ensureFirstAdmin(storage.accounts, env['CIC_ADMIN_PASSWORD']);
    const stopTidying = keepTidy(storage.accounts, log);
    endings.push(async () => stopTidying());
    const worker = startWorkerProcess(toOrder(config, data, address), log);
    endings.push(() => worker.stop());
    const app = await createApi(
      await createApiDependencies({ config, settings, data, storage, worker }),
      log,
    );
    endings.push(async () => {
      // At the same time: builds that are given back need not wait for downloads.
      await Promise.all([app.drain(config.service.shutdownMs), worker.stop()]);
      await app.close();
    });
    const url = await listen(app, config);
    return { url, failed: ended, stop, ...(adminPassword !== undefined && { adminPassword }) };
  } catch (error) {
    await stop();
    throw error;
  }
}

type StartContext = { readonly log: Logger; readonly endings: (() => Promise<void>)[] };

async function startDatabase(
  { service }: Config,
  { root }: DataFolder,
  { log, endings }: StartContext,
): Promise<{ readonly address: DatabaseAddress; readonly ended: Promise<AppError> }> {
  if (service.databaseUrl)
    return { address: { url: service.databaseUrl }, ended: new Promise(() => undefined) };
  const server = await startPostgres(root, { onLine: (line) => log.info({ postgres: line }, 'postgres') });
  endings.push(() => server.stop());
  const ended = server.ended.then(
    () =>
      new AppError('STORAGE_UNAVAILABLE', 'the embedded PostgreSQL has ended', {
        hint: 'the log has its words',
      }),
  );
  return { address: server.connection, ended };
}

function toOrder({ file }: Config, data: DataFolder, database: DatabaseAddress): WorkerOrder {
  const { id, root, images, builds } = data;
  return {
    database,
    service: id,
    lock: join(root, 'worker.lock'),
    images,
    builds,
    ...(file && { configFile: file }),
  };
}

type Parts = {
  readonly config: Config;
  readonly settings: string;
  readonly data: DataFolder;
  readonly storage: Storage;
  readonly worker: WorkerProcess;
};

async function createApiDependencies(parts: Parts): Promise<ApiDependencies> {
  const { config, data, storage, worker } = parts;
  const { accounts, builds, images, changes } = storage;
  return {
    accounts,
    authenticator: createServiceAuthenticator(storage),
    signUpGuard: createLoginGuard(() => performance.now()),
    oidc: await createOidcLogin(config),
    builds,
    images,
    changes,
    folders: createBuildFolders(data.builds),
    imagesDirectory: data.images,
    pagesDirectory,
    systems: await loadSystems(config.systemsFolder),
    workflows: createWorkflowBrowser(config),
    naming: {
      imagesPrefix: config.imagesPrefix,
      ...(config.registry && {
        registryPrefix: config.registry.prefix,
        pushesSif: config.registry.sif,
      }),
    },
    operations: createOperations(parts),
    settings: config.service,
    version: readVersion(),
    now: () => new Date(),
    newId: randomUUID,
    checkStorage: () => storage.check(),
    hasWorker: () => worker.isReady(),
    ...(config.service.metrics.access !== 'off' && {
      metrics: createServiceMetrics({
        measureStorage: () => storage.measure(),
        isWorkerReady: () => worker.isReady(),
        workerMetrics: () => worker.metrics(),
        version: readVersion(),
      }),
    }),
  };
}

async function listen(app: FastifyInstance, { service }: Config): Promise<string> {
  const { host, port, basePath } = service;
  try {
    const address = await app.listen({ host, port });
    return `${address}${basePath}`;
  } catch (cause) {
    throw new AppError(
      'SERVICE_LISTEN_FAILED',
      `cannot listen on ${host}:${port}: ${(cause as Error).message}`,
      {
        hint: 'choose another address with --host and --port',
        cause,
      },
    );
  }
}
