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
const minDistinctChars = 5;

/**
 * Length is what counts; words that everybody tries first are too short.
 *
 * @param name Of the user.
 * @throws ACCOUNT_INVALID - the password is too short, too long or too easy to guess
 */
export function checkPassword(password: string, name: string): void {
  const { length } = password;
  if (length < minChars || length > maxChars) {
    throw refused(`a password has ${minChars} to ${maxChars} characters, this one ${length}`);
  }
  if (new Set(password).size < minDistinctChars) {
    throw refused(`the password has fewer than ${minDistinctChars} different characters`);
  }
  if (password.toLowerCase().includes(name.toLowerCase()) && length - name.length < minChars) {
    throw refused('the password is little more than the user name');
  }
}

function refused(message: string): AppError {
  return new AppError('ACCOUNT_INVALID', message, { hint: 'several words in a row are easy to remember' });
}

/** In PHC form, with its own salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(toBytes(password), options);
}

/** Takes the same time for users that do not exist, or have no password. */
export async function isPassword(
  password: string,
  passwordHash: string | null | undefined,
): Promise<boolean> {
  if (password.length > maxChars) return false;
  const matches = await verify(passwordHash ?? (await dummyHash()), toBytes(password));
  return matches && passwordHash != null;
}

let dummy: Promise<string> | undefined;

function dummyHash(): Promise<string> {
  dummy ??= hashPassword('nobody has this password');
  return dummy;
}

/** Keyboards write `é` in one character or two: both are the same password. @see NIST SP 800-63B, 3.1.1.2 */
function toBytes(password: string): Buffer {
  return Buffer.from(password.normalize('NFKC'));
}
