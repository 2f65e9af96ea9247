import type { ApiToken, Invite, Role, Scope, Session, User, UserQuota } from './account.ts';

/**
 * Keeps accounts. Secrets reach it as hashes only. Names are compared without regard to case.
 *
 * Whatever changes what a credential is worth (password, role, disabling, deletion, revocation) is announced on
 * the change feed in the same transaction, so that caches of verified credentials forget it.
 */
export interface AccountStore {
  findUser(id: string): Promise<User | undefined>;
  /** With the password's hash; null for users of OIDC alone. */
  findByName(
    name: string,
  ): Promise<{ readonly user: User; readonly passwordHash: string | null } | undefined>;
  listUsers(): Promise<readonly User[]>;
  countUsers(): Promise<number>;
  /** @throws ACCOUNT_NAME_TAKEN */
  addUser(user: NewUser): Promise<User>;
  /** @throws ACCOUNT_NOT_FOUND, ACCOUNT_LAST_ADMIN */
  changeUser(id: string, change: UserChange): Promise<User>;
  /** Ends all sessions but `keepSessionId`. @throws ACCOUNT_NOT_FOUND */
  setPassword(
    id: string,
    passwordHash: string,
    options?: { readonly keepSessionId?: string | undefined },
  ): Promise<void>;
  /**
   * Forgets a user with all credentials. Builds that nobody else asked for are cancelled where they have not ended, and
   * stay, without an owner.
   *
   * @throws ACCOUNT_NOT_FOUND, ACCOUNT_LAST_ADMIN
   */
  removeUser(id: string): Promise<void>;

  findByIdentity(identity: Identity): Promise<User | undefined>;
  /** @throws ACCOUNT_NAME_TAKEN - there is such a user, or one of that identity */
  addUserOfIdentity(user: Omit<NewUser, 'passwordHash'>, identity: Identity): Promise<User>;

  addToken(token: NewToken): Promise<ApiToken>;
  findToken(tokenHash: string): Promise<{ readonly token: ApiToken; readonly user: User } | undefined>;
  listTokens(userId: string): Promise<readonly ApiToken[]>;
  /** @throws ACCOUNT_NOT_FOUND */
  revokeToken(userId: string, id: string): Promise<void>;
  touchToken(id: string, at: Date): Promise<void>;

  addSession(session: NewSession): Promise<Session>;
  findSession(
    tokenHash: string,
    now: Date,
  ): Promise<{ readonly session: Session; readonly user: User } | undefined>;
  listSessions(userId: string, now: Date): Promise<readonly Session[]>;
  /** @throws ACCOUNT_NOT_FOUND */
  endSession(userId: string, id: string): Promise<void>;
  /** Removes sessions, tokens and invitations whose time is over. */
  removeExpired(now: Date): Promise<void>;

  addInvite(invite: NewInvite): Promise<Invite>;
  listInvites(): Promise<readonly Invite[]>;
  /** @throws ACCOUNT_NOT_FOUND */
  revokeInvite(id: string): Promise<void>;
  /**
   * Uses an invitation up and makes the account, or neither.
   *
   * @throws ACCOUNT_INVITE_INVALID, ACCOUNT_NAME_TAKEN
   */
  acceptInvite(
    codeHash: string,
    user: Omit<NewUser, 'role'>,
    options: { readonly now: Date; readonly identity?: Identity | undefined },
  ): Promise<User>;
}

export type NewUser = {
  readonly name: string;
  readonly passwordHash: string | null;
  readonly role: Role;
};

export type UserChange = {
  readonly role?: Role;
  readonly isDisabled?: boolean;
  readonly quota?: UserQuota;
};

/** A user as an OIDC provider knows it. */
export type Identity = { readonly issuer: string; readonly subject: string };

export type NewToken = {
  readonly userId: string;
  readonly name: string;
  readonly tokenHash: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date | null;
};

export type NewSession = {
  readonly userId: string;
  readonly tokenHash: string;
  readonly userAgent: string;
  readonly expiresAt: Date;
};

export type NewInvite = { readonly codeHash: string; readonly role: Role; readonly expiresAt: Date };
