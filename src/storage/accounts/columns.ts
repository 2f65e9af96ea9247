import { apiTokens, invites, sessions, users } from '../schema.ts';

/** Columns that leave the database: all but the hashes of secrets. */
export const userColumns = {
  id: users.id,
  name: users.name,
  role: users.role,
  isDisabled: users.isDisabled,
  quota: users.quota,
  createdAt: users.createdAt,
};

export const tokenColumns = {
  id: apiTokens.id,
  userId: apiTokens.userId,
  name: apiTokens.name,
  scopes: apiTokens.scopes,
  createdAt: apiTokens.createdAt,
  expiresAt: apiTokens.expiresAt,
  lastUsedAt: apiTokens.lastUsedAt,
};

export const sessionColumns = {
  id: sessions.id,
  userId: sessions.userId,
  userAgent: sessions.userAgent,
  createdAt: sessions.createdAt,
  expiresAt: sessions.expiresAt,
};

export const inviteColumns = {
  id: invites.id,
  role: invites.role,
  createdAt: invites.createdAt,
  expiresAt: invites.expiresAt,
  usedAt: invites.usedAt,
};
