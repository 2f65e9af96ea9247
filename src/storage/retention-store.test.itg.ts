import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BuildState } from '../service/build-states.ts';
import { type Database, openDatabase } from './database.ts';
import { migrateDatabase } from './migrate.ts';
import { type PostgresServer, startPostgres } from './postgres/server.ts';
import { createRetentionStore } from './retention-store.ts';

let home: string;
let server: PostgresServer;
let database: Database;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cic-retention-'));
  await chmod(home, 0o711);
  server = await startPostgres(home, { onLine: () => undefined });
  database = openDatabase(server.connection, { maxConnections: 4, onError: () => undefined });
  await migrateDatabase(database);
}, 120_000);

afterAll(async () => {
  await database?.close();
  await server?.stop();
  await rm(home, { recursive: true, force: true });
});

async function addBuild(state: BuildState, step: string): Promise<string> {
  const id = randomUUID();
  await database.pool.query(
    `insert into builds (id, state, request, join_key, workflow, step, version, machine, finished_at)
     values ($1::uuid, $2::text, '{}', $1::uuid::text, 'w', $3, 'latest', 'zen2',
       case when $2::text = 'succeeded' then now() end)`,
    [id, state, step],
  );
  return id;
}

async function addImage(buildId: string, name: string): Promise<void> {
  await database.pool.query(
    `insert into images (reference, sif_filename, sif_sha256, sif_size_bytes, manifest_digest, recipe_digest, build_id)
     values ($1, $1 || '.sif', 'abc', 10, 'sha256:1', 'sha256:2', $2)`,
    [name, buildId],
  );
}

test('ended builds without an image can go; what runs, waits or has an image stays', async () => {
  const store = createRetentionStore(database);
  const [old, published, running] = [
    await addBuild('succeeded', 'a'),
    await addBuild('succeeded', 'b'),
    await addBuild('running', 'b'),
  ];
  await addImage(published, 'b');
  const ended = await store.listEndedBuilds();
  expect(ended.map(({ id, hasImage }) => [id, hasImage]).sort()).toEqual(
    [
      [old, false],
      [published, true],
    ].sort(),
  );
  expect(await store.removeBuild(published)).toBe(false);
  expect(await store.removeBuild(running)).toBe(false);
  expect(await store.removeBuild(old)).toBe(true);
  expect(await store.listBuildIds()).toEqual(new Set([published, running]));
});

test('an image is known to be replaced, and one that was published anew stays', async () => {
  const store = createRetentionStore(database);
  await addImage(await addBuild('succeeded', 'c'), 'c');
  const images = new Map((await store.listImages()).map((image) => [image.reference, image]));
  expect(images.get('b')).toMatchObject({ isInFlight: true, sif: { filename: 'b.sif', sizeBytes: 10 } });
  const image = images.get('c');
  if (image === undefined) throw new Error('no image');
  expect(image.isInFlight).toBe(false);
  expect(await store.removeImage({ ...image, publishedAt: new Date(0) })).toBe(false);
  expect(await store.removeImage(image)).toBe(true);
});

test('one process cleans at a time', async () => {
  const store = createRetentionStore(database);
  const inner = await store.exclusively(() => store.exclusively(async () => 'both'));
  expect(inner).toBeUndefined();
  expect(await store.exclusively(async () => 'alone')).toBe('alone');
});
