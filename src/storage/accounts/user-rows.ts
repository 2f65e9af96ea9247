import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { User } from '../../accounts/account.ts';
import type { AccountStore, Identity, NewUser, UserChange } from '../../accounts/ports.ts';
import { AppError } from '../../errors/app-error.ts';
import { cancel } from '../builds/end.ts';
import { announce } from '../change-feed.ts';
import type { Sql, Transaction } from '../database.ts';
import { regroupJobs } from '../job-group.ts';
import { buildOwners, builds, identities, sessions, users } from '../schema.ts';
import { userColumns } from './columns.ts';

type UserMethods = Pick<
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
>;

export function createUserMethods(db: Sql): UserMethods {
  return {
    async findUser(id) {
      const [user] = await db.select(userColumns).from(users).where(eq(users.id, id));
      return user;
    },
    async findByName(name) {
      const [row] = await db
        .select({ user: userColumns, passwordHash: users.passwordHash })
        .from(users)
        .where(eq(sql`lower(${users.name})`, name.toLowerCase()));
      return row;
    },
    listUsers: () => db.select(userColumns).from(users).orderBy(asc(users.name)),
    countUsers: () => db.$count(users),
    addUser: (user) => db.transaction((tx) => insertUser(tx, user)),
    changeUser: (id, change) => db.transaction((tx) => changeUser(tx, id, change)),
    setPassword: (id, passwordHash, { keepSessionId } = {}) =>
      db.transaction(async (tx) => {
        const rows = await tx
          .update(users)
          .set({ passwordHash })
          .where(eq(users.id, id))
          .returning({ id: users.id });
        if (rows.length === 0) throw userNotFound(id);
        const others = keepSessionId === undefined ? undefined : ne(sessions.id, keepSessionId);
        await tx.delete(sessions).where(and(eq(sessions.userId, id), others));
        await announce(tx, { kind: 'accounts', userId: id });
      }),
    removeUser: (id) =>
      db.transaction(async (tx) => {
        await cancelOwnBuilds(tx, id);
        const rows = await tx.delete(users).where(eq(users.id, id)).returning({ id: users.id });
        if (rows.length === 0) throw userNotFound(id);
        await requireAdmin(tx);
        await announce(tx, { kind: 'accounts', userId: id });
      }),
    async findByIdentity({ issuer, subject }) {
      const [row] = await db
        .select(userColumns)
        .from(identities)
        .innerJoin(users, eq(users.id, identities.userId))
        .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)));
      return row;
    },
    addUserOfIdentity: (user, identity) =>
      db.transaction((tx) => insertUser(tx, { ...user, passwordHash: null }, identity)),
  };
}

/** @throws ACCOUNT_NAME_TAKEN */
export async function insertUser(tx: Transaction, user: NewUser, identity?: Identity): Promise<User> {
  const [added] = await tx.insert(users).values(user).onConflictDoNothing().returning(userColumns);
  if (added === undefined) throw new AppError('ACCOUNT_NAME_TAKEN', `there is a user ${user.name} already`);
  if (identity !== undefined) await insertIdentity(tx, added.id, identity);
  return added;
}

async function insertIdentity(tx: Transaction, userId: string, identity: Identity): Promise<void> {
  const rows = await tx
    .insert(identities)
    .values({ ...identity, userId })
    .onConflictDoNothing()
    .returning({ userId: identities.userId });
  if (rows.length > 0) return;
  throw new AppError(
    'ACCOUNT_NAME_TAKEN',
    `there is a user of ${identity.issuer} with this identity already`,
  );
}

const isInFlight = inArray(builds.state, ['queued', 'running']);

/** Builds that others have asked for too go on. */
async function cancelOwnBuilds(tx: Transaction, userId: string): Promise<void> {
  const others = alias(buildOwners, 'others');
  const isOthers = and(eq(others.buildId, buildOwners.buildId), ne(others.userId, userId));
  const rows = await tx
    .select({ id: buildOwners.buildId })
    .from(buildOwners)
    .innerJoin(builds, eq(builds.id, buildOwners.buildId))
    .leftJoin(others, isOthers)
    .where(and(eq(buildOwners.userId, userId), isInFlight, isNull(others.userId)))
    .for('update', { of: builds });
  for (const { id } of rows) await cancel(tx, id);
}

async function changeUser(tx: Transaction, id: string, change: UserChange): Promise<User> {
  const [user] = await tx.update(users).set(change).where(eq(users.id, id)).returning(userColumns);
  if (user === undefined) throw userNotFound(id);
  await requireAdmin(tx);
  await regroupJobs(tx, user);
  if (user.isDisabled) await tx.delete(sessions).where(eq(sessions.userId, id));
  await announce(tx, { kind: 'accounts', userId: id });
  return user;
}

/** The rows are locked, so that two administrators cannot demote each other at the same moment. */
async function requireAdmin(tx: Transaction): Promise<void> {
  const admins = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), eq(users.isDisabled, false)))
    .for('update');
  if (admins.length > 0) return;
  throw new AppError('ACCOUNT_LAST_ADMIN', 'this would leave the service without an administrator');
}

function userNotFound(id: string): AppError {
  return new AppError('ACCOUNT_NOT_FOUND', `there is no user ${id}`);
}
