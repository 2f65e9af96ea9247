import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { User } from '../../accounts/account.ts';
import type { AccountStore, Identity, NewUser, UserChange } from '../../accounts/ports.ts';
import { AppError } from '../../errors/app-error.ts';
import { announce } from '../change-feed.ts';
import type { Sql, Transaction } from '../database.ts';
import { identities, sessions, users } from '../schema.ts';
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
        await announce(tx, { kind: 'accounts' });
      }),
    removeUser: (id) =>
      db.transaction(async (tx) => {
        const rows = await tx.delete(users).where(eq(users.id, id)).returning({ id: users.id });
        if (rows.length === 0) throw userNotFound(id);
        await requireAdmin(tx);
        await announce(tx, { kind: 'accounts' });
      }),
    async findByIdentity({ issuer, subject }) {
      const [row] = await db
        .select(userColumns)
        .from(identities)
        .innerJoin(users, eq(users.id, identities.userId))
        .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)));
      return row;
    },
    addUserOfIdentity: (user, identity) => db.transaction((tx) => addUserOfIdentity(tx, user, identity)),
  };
}

/** @throws ACCOUNT_NAME_TAKEN */
export async function insertUser(tx: Transaction, user: NewUser): Promise<User> {
  const [added] = await tx.insert(users).values(user).onConflictDoNothing().returning(userColumns);
  if (added === undefined) throw new AppError('ACCOUNT_NAME_TAKEN', `there is a user ${user.name} already`);
  return added;
}

async function addUserOfIdentity(
  tx: Transaction,
  user: Omit<NewUser, 'passwordHash'>,
  identity: Identity,
): Promise<User> {
  const added = await insertUser(tx, { ...user, passwordHash: null });
  await tx.insert(identities).values({ ...identity, userId: added.id });
  return added;
}

async function changeUser(tx: Transaction, id: string, change: UserChange): Promise<User> {
  const [user] = await tx.update(users).set(change).where(eq(users.id, id)).returning(userColumns);
  if (user === undefined) throw userNotFound(id);
  await requireAdmin(tx);
  if (user.isDisabled) await tx.delete(sessions).where(eq(sessions.userId, id));
  await announce(tx, { kind: 'accounts' });
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
