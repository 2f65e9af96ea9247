import Fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import type { User } from '../accounts/account.ts';
import { createAuthenticator } from '../accounts/authenticator.ts';
import { createLoginGuard } from '../accounts/login-guard.ts';
import { createMemoryAccounts } from '../accounts/memory-accounts.fixture.ts';
import { hashPassword } from '../accounts/password.ts';
import type { AccountStore } from '../accounts/ports.ts';
import { createBuildFolders } from '../service/build-folder.ts';
import { createApi } from './app.ts';
import type { ApiDependencies, Metrics } from './dependencies.ts';

export const testPassword = 'correct horse battery';

/** The API over accounts in memory, with the users `root` (an administrator) and `ada`. */
export type TestApi = {
  readonly app: FastifyInstance;
  readonly accounts: AccountStore;
  readonly root: User;
  readonly ada: User;
  /** Sets the clock. */
  advance(ms: number): void;
  /** Asks below `/image_creation/api/v1`, as a user with the common password, or with the headers that are given. */
  ask(request: TestRequest): Promise<LightMyRequestResponse>;
};

export type TestRequest = {
  /** `GET /account` */
  readonly route: string;
  readonly as?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type TestApiOptions = {
  readonly settings?: Partial<ApiDependencies['settings']>;
  readonly oidc?: ApiDependencies['oidc'];
  readonly pagesDirectory?: string;
  readonly metrics?: Metrics;
  readonly operations?: ApiDependencies['operations'];
};

const settings: ApiDependencies['settings'] = {
  basePath: '/image_creation',
  downloads: 'authenticated',
  signUp: 'closed',
  sessionHours: 12,
  quota: { running: 2, queued: 50, storedBytes: 5e11 },
  trustedProxies: [],
  metrics: { access: 'off' },
};

/** Of no user: what is asked here is not about builds. */
const noBuilds = {
  countByState: async () => ({ queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, timed_out: 0 }),
} as Partial<ApiDependencies['builds']> as ApiDependencies['builds'];
const noImages = {
  storedBytes: async () => 0,
  findFile: async () => undefined,
} as Partial<ApiDependencies['images']> as ApiDependencies['images'];

const noOperations: ApiDependencies['operations'] = {
  concurrency: 1,
  measure: async () => ({
    images: { count: 0, sifBytes: 0 },
    oldestQueuedAt: null,
    disk: { totalBytes: 0, freeBytes: 0 },
  }),
  formatSettings: () => '',
  planRetention: async () => [],
};

const passwordHash = await hashPassword(testPassword);

export async function createTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  let nowMs = Date.now();
  const now = () => new Date(nowMs);
  const accounts = createMemoryAccounts(now);
  const root = await accounts.addUser({ name: 'root', passwordHash, role: 'admin' });
  const ada = await accounts.addUser({ name: 'ada', passwordHash, role: 'user' });
  const createGuard = () => createLoginGuard(() => nowMs);
  const deps: ApiDependencies = {
    accounts,
    authenticator: createAuthenticator({
      store: accounts,
      guard: createGuard(),
      isCacheUsable: () => true,
      now,
    }),
    signUpGuard: createGuard(),
    oidc: options.oidc ?? null,
    builds: noBuilds,
    images: noImages,
    changes: { isConnected: true, subscribe: () => () => undefined },
    folders: createBuildFolders('/nonexistent'),
    imagesDirectory: '/nonexistent',
    pagesDirectory: options.pagesDirectory ?? '/nonexistent',
    systems: [],
    workflows: {
      list: async () => ({ workflows: [] }),
      listVersions: async () => ({ branches: [], tags: [] }),
    },
    naming: { imagesPrefix: '' },
    operations: options.operations ?? noOperations,
    settings: { ...settings, ...options.settings },
    version: '0.0.0',
    now,
    newId: () => crypto.randomUUID(),
    checkStorage: async () => undefined,
    hasWorker: () => true,
    ...(options.metrics && { metrics: options.metrics }),
  };
  const app = await createApi(deps, Fastify().log);
  return {
    app,
    accounts,
    root,
    ada,
    advance(ms) {
      nowMs += ms;
    },
    ask: ({ route, as, body, headers }) => {
      const [method, path = ''] = route.split(' ');
      const authorization = as === undefined ? {} : { authorization: basic(as, testPassword) };
      return app.inject({
        method: method as NonNullable<InjectOptions['method']>,
        url: `${deps.settings.basePath}/api/v1${path}`,
        headers: { ...authorization, ...headers },
        ...(body !== undefined && { payload: body as object }),
      });
    },
  };
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** `name=value` of the cookie that an answer sets. */
export function cookieOf({ headers }: LightMyRequestResponse, name: string): string {
  const line = [headers['set-cookie'] ?? []].flat().find((text) => text.startsWith(`${name}=`));
  return line?.split(';')[0] ?? '';
}
