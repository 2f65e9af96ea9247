import { createHash, randomBytes } from 'node:crypto';

/** What API tokens begin with, so that scanners of leaked secrets find them. */
export const tokenPrefix = 'cic_';

/** 32 random bytes in base64url. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function createApiToken(): string {
  return tokenPrefix + createSecret();
}

/** What is kept of a secret that nobody can guess: SHA-256, 64 hex digits. Passwords need more. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
