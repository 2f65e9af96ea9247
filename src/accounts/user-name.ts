import { AppError } from '../errors/app-error.ts';

const pattern = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;
const maxChars = 64;

/** Names are part of logs, paths of pages and Basic credentials: what any of these reads differently is no name. */
export function isUserName(name: string): boolean {
  return pattern.test(name);
}

/** @throws ACCOUNT_INVALID */
export function checkUserName(name: string): void {
  if (isUserName(name)) return;
  throw new AppError('ACCOUNT_INVALID', `${JSON.stringify(name.slice(0, 100))} is no user name`, {
    hint: `a name has up to ${maxChars} letters (a to z), digits and . _ - @ +, and begins with a letter or digit`,
  });
}

/**
 * A user name for somebody whom an OIDC provider describes.
 *
 * @param attempt From 1; further ones give other names, for when the one before is taken.
 */
export function toUserName(
  claims: Readonly<Record<string, unknown>> & { readonly sub: string },
  attempt: number,
): string {
  const candidates = [claims['preferred_username'], claims['email'], claims['name'], claims.sub];
  const names = candidates.filter((claim) => typeof claim === 'string').map(toPlain);
  const suffix = attempt === 1 ? '' : `-${attempt}`;
  const name = names.find((candidate) => candidate !== '') ?? 'user';
  return name.slice(0, maxChars - suffix.length) + suffix;
}

/** Accents are dropped (`José` is `Jose`), everything else that no name has becomes a dash. */
function toPlain(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{Mark}/gu, '');
  return plain
    .replaceAll(/[^A-Za-z0-9._@+-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-+$/, '');
}
