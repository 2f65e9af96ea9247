import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryAccounts } from '../memory-accounts.fixture.ts';
import type { AccountStore } from '../ports.ts';
import { hashSecret } from '../secret.ts';
import type { OidcLoginSettings } from './oidc-provider.ts';
import { resolvePerson } from './resolve-person.ts';

const now = new Date();
const open: OidcLoginSettings = { name: 'HPC login', signUp: true };
const closed: OidcLoginSettings = { ...open, signUp: false };

let store: AccountStore;

beforeEach(async () => {
  store = createMemoryAccounts();
  await store.addUser({ name: 'root', passwordHash: null, role: 'admin' });
});

function person(subject: string, claims: Readonly<Record<string, unknown>> = { preferred_username: 'ada' }) {
  const identity = { issuer: 'https://login.example.org', subject };
  return { identity, claims: { ...claims, sub: subject } };
}

const resolve = (who: ReturnType<typeof person>, settings: OidcLoginSettings, invite?: string) =>
  resolvePerson(who, store, { settings, invite, now });

describe('who comes for the first time', () => {
  test('gets an account, and finds it again under whatever name', async () => {
    const user = await resolve(person('1'), open);
    expect(user).toMatchObject({ name: 'ada', role: 'user' });
    expect(await resolve(person('1', { preferred_username: 'renamed' }), open)).toEqual(user);
  });

  test('never gets the account of somebody else with that name', async () => {
    const root = await store.findByName('root');
    const user = await resolve(person('1', { preferred_username: 'Root' }), open);
    expect(user).toMatchObject({ name: 'Root-2', role: 'user' });
    expect(user.id).not.toBe(root?.user.id);
    expect(await resolve(person('2', { preferred_username: 'root' }), open)).toMatchObject({
      name: 'root-3',
    });
  });

  test('gets one account where two windows come at once', async () => {
    const users = await Promise.all([resolve(person('1'), open), resolve(person('1'), open)]);
    expect(users[0]).toEqual(users[1]);
    expect(await store.countUsers()).toBe(2);
  });

  test('is refused where accounts are by invitation', async () => {
    await expect(resolve(person('1'), closed)).rejects.toMatchObject({ code: 'AUTH_LOGIN_REFUSED' });
    expect(await store.countUsers()).toBe(1);
  });

  test('may come with an invitation, which is used up', async () => {
    const expiresAt = new Date(now.getTime() + 1000);
    await store.addInvite({ codeHash: hashSecret('code'), role: 'admin', expiresAt });
    expect(await resolve(person('1'), closed, 'code')).toMatchObject({ name: 'ada', role: 'admin' });
    await expect(resolve(person('2'), closed, 'code')).rejects.toMatchObject({
      code: 'ACCOUNT_INVITE_INVALID',
    });
    expect(await resolve(person('1'), closed)).toMatchObject({ name: 'ada' });
  });
});

describe('the role', () => {
  const admin = { claim: 'groups', value: 'cic-admins' };

  test('follows the claim at each login', async () => {
    const settings = { ...open, admin };
    const inGroup = { preferred_username: 'ada', groups: ['users', 'cic-admins'] };
    expect(await resolve(person('1', inGroup), settings)).toMatchObject({ role: 'admin' });
    expect(await resolve(person('1', { groups: ['users'] }), settings)).toMatchObject({ role: 'user' });
    expect(await resolve(person('1', { groups: 'cic-admins' }), settings)).toMatchObject({ role: 'admin' });
    expect(await resolve(person('1', {}), settings)).toMatchObject({ role: 'user' });
    expect(await resolve(person('1', { groups: { 0: 'cic-admins' } }), settings)).toMatchObject({
      role: 'user',
    });
  });

  test('may lie deeper, or have a dot in its name', async () => {
    const settings = { ...open, admin: { claim: 'realm_access.roles', value: 'cic' } };
    expect(await resolve(person('1', { realm_access: { roles: ['cic'] } }), settings)).toMatchObject({
      role: 'admin',
    });
    expect(await resolve(person('2', { 'realm_access.roles': ['cic'] }), settings)).toMatchObject({
      role: 'admin',
    });
    expect(await resolve(person('3', { realm_access: 'cic' }), settings)).toMatchObject({ role: 'user' });
  });

  test('is CIC’s own where no claim is named', async () => {
    const { id } = await resolve(person('1'), open);
    await store.changeUser(id, { role: 'admin' });
    expect(await resolve(person('1'), open)).toMatchObject({ role: 'admin' });
  });

  test('of the last administrator stays', async () => {
    const { id } = await resolve(person('1'), open);
    await store.changeUser(id, { role: 'admin' });
    for (const user of await store.listUsers()) if (user.id !== id) await store.removeUser(user.id);
    expect(await resolve(person('1'), { ...open, admin })).toMatchObject({ role: 'admin' });
  });
});

test('who is disabled here is refused', async () => {
  const { id } = await resolve(person('1'), open);
  await store.changeUser(id, { isDisabled: true });
  await expect(resolve(person('1'), open)).rejects.toMatchObject({ code: 'AUTH_LOGIN_REFUSED' });
});
