import { AppError, isAppError } from '../../errors/app-error.ts';
import type { User } from '../account.ts';
import type { AccountStore } from '../ports.ts';
import { hashSecret } from '../secret.ts';
import { toUserName } from '../user-name.ts';
import type { OidcLoginSettings, OidcPerson } from './oidc-provider.ts';

const maxNames = 100;

type Options = {
  readonly settings: OidcLoginSettings;
  /** Code of an invitation. */
  readonly invite?: string | undefined;
  readonly now: Date;
};

type Store = Pick<AccountStore, 'findByIdentity' | 'addUserOfIdentity' | 'acceptInvite' | 'changeUser'>;

/**
 * The account of a person: always the one that was made for the identity. A name is a wish of the provider, and never
 * leads to an account of somebody else.
 *
 * @throws AUTH_LOGIN_REFUSED, ACCOUNT_INVITE_INVALID
 */
export async function resolvePerson(person: OidcPerson, store: Store, options: Options): Promise<User> {
  const known = await store.findByIdentity(person.identity);
  const user = await followRole(known ?? (await addPerson(person, store, options)), person, {
    store,
    settings: options.settings,
  });
  if (user.isDisabled) throw new AppError('AUTH_LOGIN_REFUSED', `the account ${user.name} is disabled`);
  return user;
}

async function addPerson(
  { identity, claims }: OidcPerson,
  store: Store,
  { settings, invite, now }: Options,
): Promise<User> {
  if (invite === undefined && !settings.signUp) {
    throw new AppError('AUTH_LOGIN_REFUSED', `you have no account here that belongs to ${settings.name}`, {
      hint: 'ask an administrator for an invitation',
    });
  }
  for (let attempt = 1; attempt <= maxNames; attempt += 1) {
    const name = toUserName(claims, attempt);
    try {
      return invite === undefined
        ? await store.addUserOfIdentity({ name, role: 'user' }, identity)
        : await store.acceptInvite(hashSecret(invite), { name, passwordHash: null }, { now, identity });
    } catch (error) {
      if (!isAppError(error, 'ACCOUNT_NAME_TAKEN')) throw error;
    }
    // The same person in another window may have been faster.
    const added = await store.findByIdentity(identity);
    if (added !== undefined) return added;
  }
  throw new AppError('AUTH_LOGIN_REFUSED', `${maxNames} users are called ${toUserName(claims, 1)} already`);
}

async function followRole(
  user: User,
  { claims }: OidcPerson,
  { store, settings }: { readonly store: Store; readonly settings: OidcLoginSettings },
): Promise<User> {
  if (settings.admin === undefined) return user;
  const role = hasClaim(claims, settings.admin) ? 'admin' : 'user';
  if (role === user.role) return user;
  return store.changeUser(user.id, { role }).catch((error: unknown) => {
    if (isAppError(error, 'ACCOUNT_LAST_ADMIN')) return user;
    throw error;
  });
}

/** Some providers keep lists deeper: `realm_access.roles`. A claim whose own name has dots wins. */
function hasClaim(
  claims: Readonly<Record<string, unknown>>,
  { claim, value }: NonNullable<OidcLoginSettings['admin']>,
): boolean {
  const inside = (from: unknown, key: string) =>
    typeof from === 'object' && from !== null && Object.hasOwn(from, key)
      ? (from as Record<string, unknown>)[key]
      : undefined;
  const found = inside(claims, claim) ?? claim.split('.').reduce(inside, claims);
  return Array.isArray(found) ? found.includes(value) : found === value;
}
