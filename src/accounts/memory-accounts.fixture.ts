import { randomUUID } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';
import type { ApiToken, Invite, Session, User } from './account.ts';
import type { AccountStore, Identity, NewUser } from './ports.ts';

type Kept<T, Hash extends string> = T & { readonly [key in Hash]: string };

/** Accounts in memory, for tests: what it cannot do is keep them. */
export function createMemoryAccounts(now: () => Date = () => new Date()): AccountStore {
  const users = new Map<string, { user: User; passwordHash: string | null; identities: Identity[] }>();
  const tokens = new Map<string, Kept<ApiToken, 'tokenHash'>>();
  const sessions = new Map<string, Kept<Session, 'tokenHash'>>();
  const invites = new Map<string, Kept<Invite, 'codeHash'>>();

  const isSame = (a: Identity, b: Identity) => a.issuer === b.issuer && a.subject === b.subject;
  const findByName = (name: string) =>
    [...users.values()].find(({ user }) => user.name.toLowerCase() === name.toLowerCase());
  const findByIdentity = (identity: Identity) =>
    [...users.values()].find(({ identities }) => identities.some((own) => isSame(own, identity)));
  const requireUser = (id: string) => {
    const found = users.get(id);
    if (found === undefined) throw notFound();
    return found;
  };
  const add = ({ name, role, passwordHash }: NewUser, identity?: Identity) => {
    if (findByName(name) || (identity && findByIdentity(identity)))
      throw new AppError('ACCOUNT_NAME_TAKEN', 'taken');
    const user = { id: randomUUID(), name, role, isDisabled: false, quota: {}, createdAt: now() };
    users.set(user.id, { user, passwordHash, identities: identity ? [identity] : [] });
    return user;
  };
  const requireOtherAdmin = (id: string) => {
    const others = [...users.values()].filter(({ user }) => user.id !== id && isAdmin(user));
    if (others.length === 0) throw new AppError('ACCOUNT_LAST_ADMIN', 'the last');
  };
  const dropOf = (rows: Map<string, { readonly userId: string }>, userId: string, keepId?: string) => {
    for (const [id, row] of rows) if (row.userId === userId && id !== keepId) rows.delete(id);
  };
  const newest = <T extends { readonly createdAt: Date }>(rows: Iterable<T>) =>
    [...rows].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());

  return {
    findUser: async (id) => users.get(id)?.user,
    findByName: async (name) => findByName(name),
    listUsers: async () =>
      [...users.values()].map(({ user }) => user).sort((a, b) => (a.name < b.name ? -1 : 1)),
    countUsers: async () => users.size,
    addUser: async (user) => add(user),
    async changeUser(id, change) {
      const found = requireUser(id);
      const user = { ...found.user, ...change };
      if (!isAdmin(user) && isAdmin(found.user)) requireOtherAdmin(id);
      users.set(id, { ...found, user });
      if (user.isDisabled) dropOf(sessions, id);
      return user;
    },
    async setPassword(id, passwordHash, { keepSessionId } = {}) {
      users.set(id, { ...requireUser(id), passwordHash });
      dropOf(sessions, id, keepSessionId);
    },
    async removeUser(id) {
      if (isAdmin(requireUser(id).user)) requireOtherAdmin(id);
      users.delete(id);
      dropOf(sessions, id);
      dropOf(tokens, id);
    },
    findByIdentity: async (identity) => findByIdentity(identity)?.user,
    addUserOfIdentity: async (user, identity) => add({ ...user, passwordHash: null }, identity),

    async addToken(token) {
      const added = { ...token, id: randomUUID(), createdAt: now(), lastUsedAt: null };
      tokens.set(added.id, added);
      return without(added, 'tokenHash');
    },
    async findToken(tokenHash) {
      const token = [...tokens.values()].find((row) => row.tokenHash === tokenHash);
      return token && { token: without(token, 'tokenHash'), user: requireUser(token.userId).user };
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

    async addSession(session) {
      const added = { ...session, id: randomUUID(), createdAt: now() };
      sessions.set(added.id, added);
      return without(added, 'tokenHash');
    },
    async findSession(tokenHash, at) {
      const session = [...sessions.values()].find((row) => row.tokenHash === tokenHash && row.expiresAt > at);
      return session && { session: without(session, 'tokenHash'), user: requireUser(session.userId).user };
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
      const added = add({ ...user, role: invite.role }, identity);
      invites.set(invite.id, { ...invite, usedAt: at });
      return added;
    },
  };
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
