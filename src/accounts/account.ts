export const roles = ['user', 'admin'] as const;
export type Role = (typeof roles)[number];

/**
 * What a credential may do. A password and a session of the web page have all of them; an API token those it
 * was made with.
 *
 * - `read`: see builds, images, logs and the account; download
 * - `build`: ask for builds, cancel and delete one's own
 * - `account`: change the password, make and revoke tokens
 * - `admin`: what only administrators may; worth nothing in the hands of others
 */
export const scopes = ['read', 'build', 'account', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Limits of one user; absent: the configuration's. */
export type UserQuota = {
  readonly running?: number;
  readonly queued?: number;
  readonly storedBytes?: number;
};

export type User = {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly isDisabled: boolean;
  readonly quota: UserQuota;
  readonly createdAt: Date;
};

export type ApiToken = {
  /** UUID; not the token. */
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** At most a minute old. */
  readonly lastUsedAt: Date | null;
};

export type Session = {
  /** UUID; not the cookie's value. */
  readonly id: string;
  readonly userId: string;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

export type Invite = {
  /** UUID; not the code. */
  readonly id: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
};

/** Who sends a request, and what the credential allows. */
export type Principal = {
  readonly user: User;
  readonly scopes: ReadonlySet<Scope>;
  /** Present for a session's cookie, which browsers send by themselves. */
  readonly sessionId?: string;
  /** Present for an API token. */
  readonly tokenId?: string;
};

/** Whether somebody may see and change what others have: the role counts only with a credential for that. */
export function isAdministrator({ user, scopes }: Principal): boolean {
  return user.role === 'admin' && scopes.has('admin');
}
