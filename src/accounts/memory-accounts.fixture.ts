import { randomUUID } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';
import type { ApiToken, Invite, Session, User } from './account.ts';
import type { AccountStore, Identity, NewUser } from './ports.ts';

type Kept<T, Hash extends string> = T & { readonly [key in Hash]: string };
type UserRow = { readonly user: User; readonly passwordHash: string | null; readonly identities: Identity[] };

/** Accounts in memory, for tests: what it cannot do is keep them. */
export function createMemoryAccounts(now: () => Date = () => new Date()): AccountStore {
  const tables: Tables = {
    users: new Map(),
    tokens: new Map(),
    sessions: new Map(),
    invites: new Map(),
    now,
  };
  return {
    ...createUserMethods(tables),
    ...createTokenMethods(tables),
    ...createSessionMethods(tables),
    ...createInviteMethods(tables),
  };
}

type Tables = {
  readonly users: Map<string, UserRow>;
  readonly tokens: Map<string, Kept<ApiToken, 'tokenHash'>>;
  readonly sessions: Map<string, Kept<Session, 'tokenHash'>>;
  readonly invites: Map<string, Kept<Invite, 'codeHash'>>;
  readonly now: () => Date;
};

function createUserMethods({
  users,
  sessions,
  tokens,
  now,
}: Tables): Pick<
  AccountStore,
  | 'findUser'
  | 'findByName'
  | 'listUsers'
  | 'countUsers'
  | 'addUser'
  | 'changeUser'
  | 'setPassword'
  | 'removeUser'
  | 'findByIdentity'
  | 'addUserOfIdentity'
> {
  return {
    findUser: async (id) => users.get(id)?.user,
    findByName: async (name) => findByName(users, name),
    listUsers: async () =>
      [...users.values()].map(({ user }) => user).sort((a, b) => (a.name < b.name ? -1 : 1)),
    countUsers: async () => users.size,
    addUser: async (user) => add({ users, now }, user),
    async changeUser(id, change) {
      const found = requireUser(users, id);
      const user = { ...found.user, ...change };
      if (!isAdmin(user) && isAdmin(found.user)) requireOtherAdmin(users, id);
      users.set(id, { ...found, user });
      if (user.isDisabled) dropOf(sessions, id);
      return user;
    },
    async setPassword(id, passwordHash, { keepSessionId } = {}) {
      users.set(id, { ...requireUser(users, id), passwordHash });
      dropOf(sessions, id, keepSessionId);
    },
    async removeUser(id) {
      if (isAdmin(requireUser(users, id).user)) requireOtherAdmin(users, id);
      users.delete(id);
      dropOf(sessions, id);
      dropOf(tokens, id);
    },
    findByIdentity: async (identity) => findByIdentity(users, identity)?.user,
    addUserOfIdentity: async (user, identity) =>
      add({ users, now }, { ...user, passwordHash: null }, identity),
  };
}

function createTokenMethods({
  users,
  tokens,
  now,
}: Tables): Pick<AccountStore, 'addToken' | 'findToken' | 'listTokens' | 'revokeToken' | 'touchToken'> {
  return {
    async addToken(token) {
      const added = { ...token, id: randomUUID(), createdAt: now(), lastUsedAt: null };
      tokens.set(added.id, added);
      return without(added, 'tokenHash');
    },
    async findToken(tokenHash) {
      const token = [...tokens.values()].find((row) => row.tokenHash === tokenHash);
      return token && { token: without(token, 'tokenHash'), user: requireUser(users, token.userId).user };
    },
    listTokens: async (userId) =>
      newest(tokens.values())
        .filter((token) => token.userId === userId)
        .map((token) => without(token, 'tokenHash')),
    async revokeToken(userId, id) {
      if (tokens.get(id)?.userId !== userId) throw notFound();
      tokens.delete(id);
    },
    async touchToken(id, at) {
      const token = tokens.get(id);
      if (token !== undefined) tokens.set(id, { ...token, lastUsedAt: at });
    },
  };
}

function createSessionMethods({
  users,
  tokens,
  sessions,
  invites,
  now,
}: Tables): Pick<
  AccountStore,
  'addSession' | 'findSession' | 'listSessions' | 'endSession' | 'removeExpired'
> {
  return {
    async addSession(session) {
      const added = { ...session, id: randomUUID(), createdAt: now() };
      sessions.set(added.id, added);
      return without(added, 'tokenHash');
    },
    async findSession(tokenHash, at) {
      const session = [...sessions.values()].find((row) => row.tokenHash === tokenHash && row.expiresAt > at);
      return (
        session && { session: without(session, 'tokenHash'), user: requireUser(users, session.userId).user }
      );
    },
    listSessions: async (userId, at) =>
      newest(sessions.values())
        .filter((session) => session.userId === userId && session.expiresAt > at)
        .map((session) => without(session, 'tokenHash')),
    async endSession(userId, id) {
      if (sessions.get(id)?.userId !== userId) throw notFound();
      sessions.delete(id);
    },
    async removeExpired(at) {
      for (const rows of [tokens, sessions, invites] as Map<string, { readonly expiresAt: Date | null }>[])
        for (const [id, { expiresAt }] of rows) if (expiresAt && expiresAt < at) rows.delete(id);
    },
  };
}

function createInviteMethods({
  users,
  invites,
  now,
}: Tables): Pick<AccountStore, 'addInvite' | 'listInvites' | 'revokeInvite' | 'acceptInvite'> {
  return {
    async addInvite(invite) {
      const added = { ...invite, id: randomUUID(), createdAt: now(), usedAt: null };
      invites.set(added.id, added);
      return without(added, 'codeHash');
    },
    listInvites: async () => [...invites.values()].map((invite) => without(invite, 'codeHash')),
    async revokeInvite(id) {
      if (!invites.delete(id)) throw notFound();
    },
    async acceptInvite(codeHash, user, { now: at, identity }) {
      const isUsable = (invite: Kept<Invite, 'codeHash'>) =>
        invite.codeHash === codeHash && invite.usedAt === null && invite.expiresAt > at;
      const invite = [...invites.values()].find(isUsable);
      if (invite === undefined) throw new AppError('ACCOUNT_INVITE_INVALID', 'unknown, used or expired');
      const added = add({ users, now }, { ...user, role: invite.role }, identity);
      invites.set(invite.id, { ...invite, usedAt: at });
      return added;
    },
  };
}

type Users = Tables['users'];

function findByName(users: Users, name: string): UserRow | undefined {
  return [...users.values()].find(({ user }) => user.name.toLowerCase() === name.toLowerCase());
}

function findByIdentity(users: Users, { issuer, subject }: Identity): UserRow | undefined {
  const isSame = (own: Identity) => own.issuer === issuer && own.subject === subject;
  return [...users.values()].find(({ identities }) => identities.some(isSame));
}

function requireUser(users: Users, id: string): UserRow {
  const found = users.get(id);
  if (found === undefined) throw notFound();
  return found;
}

function add(
  { users, now }: Pick<Tables, 'users' | 'now'>,
  { name, role, passwordHash }: NewUser,
  identity?: Identity,
): User {
  if (findByName(users, name) || (identity && findByIdentity(users, identity)))
    throw new AppError('ACCOUNT_NAME_TAKEN', 'taken');
  const user = { id: randomUUID(), name, role, isDisabled: false, quota: {}, createdAt: now() };
  users.set(user.id, { user, passwordHash, identities: identity ? [identity] : [] });
  return user;
}

function requireOtherAdmin(users: Users, id: string): void {
  const others = [...users.values()].filter(({ user }) => user.id !== id && isAdmin(user));
  if (others.length === 0) throw new AppError('ACCOUNT_LAST_ADMIN', 'the last');
}

function dropOf(rows: Map<string, { readonly userId: string }>, userId: string, keepId?: string): void {
  for (const [id, row] of rows) if (row.userId === userId && id !== keepId) rows.delete(id);
}

function newest<T extends { readonly createdAt: Date }>(rows: Iterable<T>): T[] {
  return [...rows].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

function isAdmin({ role, isDisabled }: User): boolean {
  return role === 'admin' && !isDisabled;
}

function without<T extends object, K extends keyof T>(row: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = row;
  return rest;
}

function notFound(): AppError {
  return new AppError('ACCOUNT_NOT_FOUND', 'there is none');
}
