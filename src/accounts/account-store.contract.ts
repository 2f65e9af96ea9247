import { beforeEach, describe, expect, test } from 'vitest';
import type { AccountStore } from './ports.ts';

const hour = 3_600_000;
const ada = { name: 'Ada', passwordHash: '$argon2id$…', role: 'admin' as const };
const bob = { name: 'bob', passwordHash: null, role: 'user' as const };
const identity = { issuer: 'https://login.example.org', subject: '4711' };
const unknownId = '00000000-0000-4000-8000-000000000000';

/** What every store of accounts does. */
export function testAccountStore(create: () => Promise<AccountStore>): void {
  let store: AccountStore;
  const now = new Date();
  const later = new Date(now.getTime() + hour);
  const earlier = new Date(now.getTime() - hour);

  beforeEach(async () => {
    store = await create();
  });

  describe('users', () => {
    test('are found by id and by name in any case; a hash comes only with the name', async () => {
      const user = await store.addUser(ada);
      expect(user).toEqual({
        id: expect.any(String),
        name: 'Ada',
        role: 'admin',
        isDisabled: false,
        quota: {},
        createdAt: expect.any(Date),
      });
      expect(await store.findUser(user.id)).toEqual(user);
      expect(await store.findByName('aDA')).toMatchObject({ user, passwordHash: ada.passwordHash });
      expect(await store.findByName('eve')).toBeUndefined();
      expect(await store.findUser(unknownId)).toBeUndefined();
      expect(await store.countUsers()).toBe(1);
      expect(await store.listUsers()).toEqual([user]);
    });

    test('have names of their own, in any case', async () => {
      await store.addUser(ada);
      await expect(store.addUser({ ...bob, name: 'ADA' })).rejects.toMatchObject({
        code: 'ACCOUNT_NAME_TAKEN',
      });
      expect(await store.countUsers()).toBe(1);
    });

    test('change in what is given', async () => {
      await store.addUser(ada);
      const { id } = await store.addUser(bob);
      expect(await store.changeUser(id, { quota: { running: 3 } })).toMatchObject({ quota: { running: 3 } });
      expect(await store.changeUser(id, { role: 'admin' })).toMatchObject({
        role: 'admin',
        quota: { running: 3 },
      });
      await expect(store.changeUser(unknownId, { role: 'user' })).rejects.toMatchObject({
        code: 'ACCOUNT_NOT_FOUND',
      });
    });

    test('one of them stays an administrator', async () => {
      const { id } = await store.addUser(ada);
      await store.addUser(bob);
      const refused = { code: 'ACCOUNT_LAST_ADMIN' };
      await expect(store.changeUser(id, { role: 'user' })).rejects.toMatchObject(refused);
      await expect(store.changeUser(id, { isDisabled: true })).rejects.toMatchObject(refused);
      await expect(store.removeUser(id)).rejects.toMatchObject(refused);
      expect(await store.findUser(id)).toMatchObject({ role: 'admin', isDisabled: false });
    });

    test('two administrators cannot demote each other at the same moment', async () => {
      const first = await store.addUser(ada);
      const second = await store.addUser({ ...ada, name: 'Grace' });
      const outcomes = await Promise.allSettled(
        [first, second].map(({ id }) => store.changeUser(id, { role: 'user' })),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    test('who is disabled or gets a new password has no session left, but the one that is kept', async () => {
      await store.addUser(ada);
      const { id } = await store.addUser(bob);
      const add = (tokenHash: string) =>
        store.addSession({ userId: id, tokenHash, userAgent: '', expiresAt: later });
      const kept = await add('a');
      await add('b');
      await store.setPassword(id, 'new', { keepSessionId: kept.id });
      expect(await store.listSessions(id, now)).toEqual([kept]);
      expect((await store.findByName('bob'))?.passwordHash).toBe('new');
      await store.changeUser(id, { isDisabled: true });
      expect(await store.listSessions(id, now)).toEqual([]);
      await expect(store.setPassword(unknownId, 'new')).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    });

    test('who is removed leaves no credential', async () => {
      await store.addUser(ada);
      const { id } = await store.addUser(bob);
      await store.addToken({ userId: id, name: 't', tokenHash: 't', scopes: ['read'], expiresAt: null });
      await store.addSession({ userId: id, tokenHash: 's', userAgent: '', expiresAt: later });
      await store.removeUser(id);
      expect(await store.findToken('t')).toBeUndefined();
      expect(await store.findSession('s', now)).toBeUndefined();
      expect(await store.findByName('bob')).toBeUndefined();
      await expect(store.removeUser(id)).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    });
  });

  describe('users of an OIDC provider', () => {
    test('are found by issuer and subject, and have no password', async () => {
      const user = await store.addUserOfIdentity({ name: 'bob', role: 'user' }, identity);
      expect(await store.findByIdentity(identity)).toEqual(user);
      expect(
        await store.findByIdentity({ ...identity, issuer: 'https://elsewhere.example.org' }),
      ).toBeUndefined();
      expect((await store.findByName('bob'))?.passwordHash).toBeNull();
    });

    test('have one account, and take no name that is there', async () => {
      await store.addUserOfIdentity({ name: 'bob', role: 'user' }, identity);
      const refused = { code: 'ACCOUNT_NAME_TAKEN' };
      const again = store.addUserOfIdentity({ name: 'bob-2', role: 'user' }, identity);
      await expect(again).rejects.toMatchObject(refused);
      const other = store.addUserOfIdentity({ name: 'BOB', role: 'user' }, { ...identity, subject: '2' });
      await expect(other).rejects.toMatchObject(refused);
      expect(await store.countUsers()).toBe(1);
    });
  });

  describe('tokens', () => {
    const token = { name: 'ci', tokenHash: 'hash', scopes: ['read', 'build'] as const, expiresAt: later };

    test('are found by their hash, which is never answered', async () => {
      const user = await store.addUser(ada);
      const added = await store.addToken({ ...token, userId: user.id });
      expect(added).toEqual({
        id: expect.any(String),
        userId: user.id,
        name: 'ci',
        scopes: ['read', 'build'],
        createdAt: expect.any(Date),
        expiresAt: later,
        lastUsedAt: null,
      });
      expect(await store.findToken('hash')).toEqual({ token: added, user });
      expect(await store.listTokens(user.id)).toEqual([added]);
    });

    test('say when they were last used', async () => {
      const { id: userId } = await store.addUser(ada);
      const { id } = await store.addToken({ ...token, userId });
      await store.touchToken(id, now);
      expect((await store.findToken('hash'))?.token.lastUsedAt).toEqual(now);
    });

    test('are revoked by their owner alone', async () => {
      const { id: userId } = await store.addUser(ada);
      const other = await store.addUser(bob);
      const { id } = await store.addToken({ ...token, userId });
      await expect(store.revokeToken(other.id, id)).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
      await store.revokeToken(userId, id);
      expect(await store.findToken('hash')).toBeUndefined();
      await expect(store.revokeToken(userId, id)).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    });
  });

  describe('sessions', () => {
    test('end by time and by hand, by their owner alone', async () => {
      const user = await store.addUser(ada);
      const other = await store.addUser(bob);
      const added = await store.addSession({
        userId: user.id,
        tokenHash: 'hash',
        userAgent: 'Firefox',
        expiresAt: later,
      });
      expect(await store.findSession('hash', now)).toEqual({ session: added, user });
      expect(await store.findSession('hash', later)).toBeUndefined();
      expect(await store.listSessions(user.id, later)).toEqual([]);
      await expect(store.endSession(other.id, added.id)).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
      await store.endSession(user.id, added.id);
      expect(await store.findSession('hash', now)).toBeUndefined();
    });
  });

  describe('invitations', () => {
    const invite = { codeHash: 'code', role: 'admin' as const, expiresAt: later };

    test('make one account, with their role', async () => {
      await store.addInvite(invite);
      const user = await store.acceptInvite('code', bob, { now });
      expect(user).toMatchObject({ name: 'bob', role: 'admin' });
      const again = store.acceptInvite('code', { ...bob, name: 'eve' }, { now });
      await expect(again).rejects.toMatchObject({ code: 'ACCOUNT_INVITE_INVALID' });
      expect(await store.listInvites()).toMatchObject([{ role: 'admin', usedAt: now }]);
    });

    test('are not used up where the name is taken', async () => {
      await store.addUser(bob);
      await store.addInvite(invite);
      const refused = store.acceptInvite('code', bob, { now });
      await expect(refused).rejects.toMatchObject({ code: 'ACCOUNT_NAME_TAKEN' });
      expect(await store.acceptInvite('code', { ...bob, name: 'eve' }, { now })).toMatchObject({
        name: 'eve',
      });
    });

    test('make accounts of an OIDC provider too', async () => {
      await store.addInvite(invite);
      const user = await store.acceptInvite('code', bob, { now, identity });
      expect(await store.findByIdentity(identity)).toEqual(user);
    });

    test('end by time and by hand', async () => {
      const { id } = await store.addInvite(invite);
      const late = store.acceptInvite('code', bob, { now: later });
      await expect(late).rejects.toMatchObject({ code: 'ACCOUNT_INVITE_INVALID' });
      await store.revokeInvite(id);
      const revoked = store.acceptInvite('code', bob, { now });
      await expect(revoked).rejects.toMatchObject({ code: 'ACCOUNT_INVITE_INVALID' });
      await expect(store.revokeInvite(id)).rejects.toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
    });
  });

  test('what has expired is removed, and nothing else', async () => {
    const { id: userId } = await store.addUser(ada);
    for (const [name, expiresAt] of [
      ['old', earlier],
      ['new', later],
    ] as const) {
      await store.addToken({ userId, name, tokenHash: name, scopes: ['read'], expiresAt });
      await store.addSession({ userId, tokenHash: name, userAgent: name, expiresAt });
      await store.addInvite({ codeHash: name, role: 'user', expiresAt });
    }
    await store.addToken({ userId, name: 'ever', tokenHash: 'ever', scopes: ['read'], expiresAt: null });
    await store.removeExpired(now);
    expect((await store.listTokens(userId)).map(({ name }) => name).sort()).toEqual(['ever', 'new']);
    expect(await store.listSessions(userId, new Date(0))).toMatchObject([{ userAgent: 'new' }]);
    expect(await store.listInvites()).toHaveLength(1);
  });
}
