import type { AccountStore } from '../../accounts/ports.ts';
import type { Sql } from '../database.ts';
import { createInviteMethods, createSessionMethods, createTokenMethods } from './credential-rows.ts';
import { createUserMethods } from './user-rows.ts';

/** Accounts in PostgreSQL. */
export function createAccountStore(db: Sql): AccountStore {
  return {
    ...createUserMethods(db),
    ...createTokenMethods(db),
    ...createSessionMethods(db),
    ...createInviteMethods(db),
  };
}
