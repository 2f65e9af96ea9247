import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestStorage, startTestServer, type TestServer } from './database.fixture.ts';
import type { Storage } from './open-storage.ts';

const count = 10_000;

let server: TestServer;
let storage: Storage;
let client: Client;
let ownerId: string;

beforeAll(async () => {
  server = await startTestServer();
  const address = await server.createDatabase();
  storage = await openTestStorage(address);
  ownerId = (await storage.accounts.addUser({ name: 'ada', passwordHash: null, role: 'user' })).id;
  client = new Client(address);
  await client.connect();
  await client.query(
    `insert into builds (id, state, request, join_key, workflow, step, version, machine, created_at)
     select gen_random_uuid(), case when n % 10 = 0 then 'queued' else 'succeeded' end, '{}', n::text,
            'workflow' || n % 7, 'step', 'latest', 'zen3', now() - n * interval '1 second'
     from generate_series(1, $1) as n`,
    [count],
  );
  await client.query('insert into build_owners select id, $1, created_at from builds', [ownerId]);
  await client.query('analyze');
});

afterAll(async () => {
  await client?.end();
  await storage?.close();
  await server?.stop();
});

/** The plan of what a call asks the database, as PostgreSQL itself writes it down. */
async function explain(call: () => Promise<unknown>): Promise<string> {
  const statements: { text: string; values: unknown[] }[] = [];
  const { query } = Client.prototype;
  const spy = function (this: Client, ...args: unknown[]) {
    const [config, values] = args as [{ text?: string }, unknown[]];
    if (config?.text?.startsWith('select')) statements.push({ text: config.text, values });
    return (query as (...all: unknown[]) => unknown).apply(this, args);
  };
  Client.prototype.query = spy as typeof query;
  try {
    await call();
  } finally {
    Client.prototype.query = query;
  }
  const [statement] = statements;
  if (statement === undefined) throw new Error('nothing was asked');
  const { rows } = await client.query(`explain ${statement.text}`, statement.values);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe(`of ${count} builds`, () => {
  test('pages are read from an index, without a sort', async () => {
    const [, , last] = await storage.builds.list({}, { limit: 3 });
    for (const after of [undefined, last]) {
      for (const [filter, index] of [
        [{}, 'builds_newest'],
        [{ ownerId }, 'build_owners_newest'],
        [{ states: ['queued'] as const }, /builds_(newest|state)/],
      ] as const) {
        const plan = await explain(() => storage.builds.list(filter, { limit: 50, after }));
        expect(plan).toMatch(index);
        expect(plan).not.toMatch(/Sort|Seq Scan on (builds|build_owners)/);
      }
    }
  });

  test('a poll and a look at an owner read one row each', async () => {
    const [build] = await storage.builds.list({}, { limit: 1 });
    const id = build?.id ?? '';
    expect(await explain(() => storage.builds.find(id))).toMatch(/Index Scan using builds_pkey/);
    expect(await explain(() => storage.builds.isOwner(id, ownerId))).toMatch(/Index (Only )?Scan/);
  });

  test('all pages together hold each build once', async () => {
    const ids = new Set<string>();
    let after: { createdAt: Date; id: string } | undefined;
    let pages = 0;
    for (; ; pages++) {
      const page = await storage.builds.list({ ownerId }, { limit: 1000, after });
      if (page.length === 0) break;
      for (const { id } of page) ids.add(id);
      after = page.at(-1);
    }
    expect([ids.size, pages]).toEqual([count, 10]);
  });
});
