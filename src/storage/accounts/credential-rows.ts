import { and, asc, desc, eq, gt, isNull, lt } from 'drizzle-orm';
import type { AccountStore } from '../../accounts/ports.ts';
import { AppError } from '../../errors/app-error.ts';
import { announce } from '../change-feed.ts';
import type { Sql } from '../database.ts';
import { apiTokens, invites, sessions, users } from '../schema.ts';
import { inviteColumns, sessionColumns, tokenColumns, userColumns } from './columns.ts';
import { insertUser } from './user-rows.ts';

type TokenMethods = Pick<
  AccountStore,
  'addToken' | 'findToken' | 'listTokens' | 'revokeToken' | 'touchToken'
>;

export function createTokenMethods(db: Sql): TokenMethods {
  return {
    async addToken(token) {
      return only(
        await db
          .insert(apiTokens)
          .values({ ...token, scopes: [...token.scopes] })
          .returning(tokenColumns),
      );
    },
    async findToken(tokenHash) {
      const [row] = await db
        .select({ token: tokenColumns, user: userColumns })
        .from(apiTokens)
        .innerJoin(users, eq(users.id, apiTokens.userId))
        .where(eq(apiTokens.tokenHash, tokenHash));
      return row;
    },
    listTokens: (userId) =>
      db
        .select(tokenColumns)
        .from(apiTokens)
        .where(eq(apiTokens.userId, userId))
        .orderBy(desc(apiTokens.createdAt)),
    revokeToken: (userId, id) =>
      db.transaction(async (tx) => {
        const owned = and(eq(apiTokens.id, id), eq(apiTokens.userId, userId));
        const rows = await tx.delete(apiTokens).where(owned).returning({ id: apiTokens.id });
        if (rows.length === 0) throw new AppError('ACCOUNT_NOT_FOUND', `you have no token ${id}`);
        await announce(tx, { kind: 'accounts', userId });
      }),
    async touchToken(id, at) {
      await db.update(apiTokens).set({ lastUsedAt: at }).where(eq(apiTokens.id, id));
    },
  };
}

type SessionMethods = Pick<
  AccountStore,
  'addSession' | 'findSession' | 'listSessions' | 'endSession' | 'removeExpired'
>;

export function createSessionMethods(db: Sql): SessionMethods {
  return {
    addSession: async (session) => only(await db.insert(sessions).values(session).returning(sessionColumns)),
    async findSession(tokenHash, now) {
      const [row] = await db
        .select({ session: sessionColumns, user: userColumns })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now)));
      return row;
    },
    listSessions: (userId, now) =>
      db
        .select(sessionColumns)
        .from(sessions)
        .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
        .orderBy(desc(sessions.createdAt)),
    endSession: (userId, id) =>
      db.transaction(async (tx) => {
        const owned = and(eq(sessions.id, id), eq(sessions.userId, userId));
        const rows = await tx.delete(sessions).where(owned).returning({ id: sessions.id });
        if (rows.length === 0) throw new AppError('ACCOUNT_NOT_FOUND', `you have no session ${id}`);
        await announce(tx, { kind: 'accounts', userId });
      }),
    async removeExpired(now) {
      await db.delete(sessions).where(lt(sessions.expiresAt, now));
      await db.delete(apiTokens).where(lt(apiTokens.expiresAt, now));
      await db.delete(invites).where(lt(invites.expiresAt, now));
    },
  };
}

type InviteMethods = Pick<AccountStore, 'addInvite' | 'listInvites' | 'revokeInvite' | 'acceptInvite'>;

export function createInviteMethods(db: Sql): InviteMethods {
  return {
    addInvite: async (invite) => only(await db.insert(invites).values(invite).returning(inviteColumns)),
    listInvites: () => db.select(inviteColumns).from(invites).orderBy(asc(invites.createdAt)),
    async revokeInvite(id) {
      const rows = await db.delete(invites).where(eq(invites.id, id)).returning({ id: invites.id });
      if (rows.length === 0) throw new AppError('ACCOUNT_NOT_FOUND', `there is no invitation ${id}`);
    },
    acceptInvite: (codeHash, user, { now, identity }) =>
      db.transaction(async (tx) => {
        const usable = and(
          eq(invites.codeHash, codeHash),
          isNull(invites.usedAt),
          gt(invites.expiresAt, now),
        );
        const [invite] = await tx.update(invites).set({ usedAt: now }).where(usable).returning(inviteColumns);
        if (invite === undefined) {
          throw new AppError('ACCOUNT_INVITE_INVALID', 'the invitation is unknown, used or expired');
        }
        return insertUser(tx, { ...user, role: invite.role }, identity);
      }),
  };
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new AppError('INTERNAL_ERROR', 'an insertion answered no row');
  return row;
}
