import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testAccountStore } from '../../accounts/account-store.contract.ts';
import type { Change } from '../../service/ports.ts';
import type { Storage } from '../open-storage.ts';
import { startTestPostgres, type TestPostgres } from '../postgres.fixture.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres();
});

afterAll(() => postgres?.stop());

beforeEach(() => postgres.clear());

testAccountStore(async () => postgres.storage.accounts);

const unlimited = { queued: 1000, storedBytes: 1e12 };

function newBuild(ownerId: string, joinKey: string = randomUUID()) {
  const names = { workflow: 'w', step: 's', version: 'latest', machine: 'zen2' };
  return { id: randomUUID(), ownerId, joinKey, request: '{}', ...names };
}

async function addUsers({ accounts }: Storage) {
  const admin = await accounts.addUser({ name: 'root', passwordHash: null, role: 'admin' });
  const ada = await accounts.addUser({ name: 'ada', passwordHash: null, role: 'user' });
  const bob = await accounts.addUser({ name: 'bob', passwordHash: null, role: 'user' });
  return { admin, ada, bob };
}

describe('builds of a user who is removed', () => {
  test('are cancelled and stay without an owner; those that others asked for too go on', async () => {
    const { storage } = postgres;
    const { accounts, builds } = storage;
    const { ada, bob } = await addUsers(storage);
    const [queued, running, shared] = [newBuild(ada.id), newBuild(ada.id), newBuild(ada.id)];
    for (const build of [queued, running, shared]) await builds.submit(build, unlimited);
    await builds.submit(newBuild(bob.id, shared.joinKey), unlimited);
    await builds.claim(running.id, { maxCrashes: 3, worker: crypto.randomUUID() });
    await accounts.removeUser(ada.id);
    expect(await builds.find(queued.id)).toMatchObject({ state: 'cancelled' });
    expect((await builds.find(running.id))?.cancelRequestedAt).toEqual(expect.any(Date));
    expect(await builds.find(shared.id)).toMatchObject({ state: 'queued', cancelRequestedAt: null });
    const owners = await builds.listOwners([queued.id, running.id, shared.id]);
    expect([...owners]).toEqual([[shared.id, [expect.objectContaining({ id: bob.id, name: 'bob' })]]]);
    expect(await builds.list({}, { limit: 10 })).toHaveLength(3);
  });

  test('are left alone where the user cannot be removed', async () => {
    const { storage } = postgres;
    const { accounts, builds } = storage;
    const { admin } = await addUsers(storage);
    const build = newBuild(admin.id);
    await builds.submit(build, unlimited);
    await expect(accounts.removeUser(admin.id)).rejects.toMatchObject({ code: 'ACCOUNT_LAST_ADMIN' });
    expect(await builds.find(build.id)).toMatchObject({ state: 'queued' });
  });
});

test('what changes the worth of a credential is announced with its user', async () => {
  const { storage } = postgres;
  const { accounts, changes } = storage;
  const { ada } = await addUsers(storage);
  const heard: Change[] = [];
  changes.subscribe((change) => heard.push(change));
  const expiresAt = new Date(Date.now() + 60_000);
  const token = await accounts.addToken({ userId: ada.id, name: 't', tokenHash: 't', scopes: [], expiresAt });
  const session = await accounts.addSession({ userId: ada.id, tokenHash: 's', userAgent: '', expiresAt });
  const acts = [
    () => accounts.revokeToken(ada.id, token.id),
    () => accounts.endSession(ada.id, session.id),
    () => accounts.setPassword(ada.id, 'hash'),
    () => accounts.changeUser(ada.id, { isDisabled: true }),
    () => accounts.removeUser(ada.id),
  ];
  for (const [index, act] of acts.entries()) {
    await act();
    await expect.poll(() => heard.length).toBe(index + 1);
  }
  expect(heard).toEqual(acts.map(() => ({ kind: 'accounts', userId: ada.id })));
});
