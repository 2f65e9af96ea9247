import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../errors/app-error.ts';

/**
 * Argon2id with 19 MiB and two passes, some 30 ms.
 *
 * @see OWASP Password Storage Cheat Sheet
 */
const options = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

const minChars = 12;
/** Beyond it nothing is safer, and hashing costs. */
const maxChars = 256;

/** @throws ACCOUNT_INVALID - the password is too short or too long */
export function checkPassword(password: string): void {
  const { length } = password;
  if (length >= minChars && length <= maxChars) return;
  throw new AppError(
    'ACCOUNT_INVALID',
    `a password has ${minChars} to ${maxChars} characters, this one ${length}`,
    {
      hint: 'several words in a row are easy to remember',
    },
  );
}

/** In PHC form, with its own salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, options);
}

/** Takes the same time for users that do not exist, or have no password. */
export async function isPassword(
  password: string,
  passwordHash: string | null | undefined,
): Promise<boolean> {
  if (password.length > maxChars) return false;
  const matches = await verify(passwordHash ?? (await dummyHash()), password);
  return matches && passwordHash != null;
}

let dummy: Promise<string> | undefined;

function dummyHash(): Promise<string> {
  dummy ??= hashPassword('nobody has this password');
  return dummy;
}
