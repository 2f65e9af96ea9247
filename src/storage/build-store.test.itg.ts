import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { describeBuildStore } from '../service/build-store.contract.ts';
import { openTestStorage, startTestServer, type TestServer } from './database.fixture.ts';
import type { Storage } from './open-storage.ts';

let server: TestServer;
let storage: Storage | undefined;

beforeAll(async () => {
  server = await startTestServer();
});

afterEach(async () => {
  await storage?.close();
  storage = undefined;
});

afterAll(() => server?.stop());

describe('builds in PostgreSQL', () => {
  describeBuildStore(async () => {
    const opened = await openTestStorage(await server.createDatabase());
    storage = opened;
    return {
      ...opened,
      addUser: async (name) => (await opened.accounts.addUser({ name, passwordHash: null, role: 'user' })).id,
    };
  });
});
