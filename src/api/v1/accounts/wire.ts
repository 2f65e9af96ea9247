import { z } from 'zod';
import {
  type ApiToken,
  type Invite,
  roles,
  type Session,
  scopes,
  type User,
  type UserQuota,
} from '../../../accounts/account.ts';
import { signUpModes } from '../../../accounts/sign-up.ts';
import { refusalSchema } from './oidc-refusal.ts';

const time = (description: string) => z.iso.datetime().meta({ description: `${description}; RFC 3339, UTC` });

const scopesMeta = {
  description:
    'read: see builds, images and logs; build: ask for builds, cancel and delete them; account: password and ' +
    'tokens; admin: what only administrators may',
};

/** Its rules are the domain's, which says more about a fault than a schema could. */
export const nameSchema = z
  .string()
  .max(200)
  .meta({ description: 'Up to 64 letters, digits and . _ - @ +', examples: ['ada'] });
export const passwordSchema = z.string().max(1000).meta({ description: '12 to 256 characters' });
export const roleSchema = z.enum(roles);

const limit = (description: string) =>
  z
    .int()
    .min(0)
    .nullable()
    .meta({ description: `${description}; null: the limit of the service` });

/** @see UserQuota */
export const quotaSchema = z
  .object({
    running: z
      .int()
      .min(1)
      .nullable()
      .meta({ description: 'Builds at a time; null: the limit of the service' }),
    queued: limit('Builds that wait'),
    stored_bytes: limit('Bytes of SIF files'),
  })
  .meta({ id: 'Quota', description: 'What differs from the limits of the service' });

export const userSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: roleSchema,
    disabled: z.boolean(),
    quota: quotaSchema,
    created_at: time('When the account was made'),
  })
  .meta({ id: 'User' });

export const accountSchema = z
  .object({
    user: userSchema,
    scopes: z.array(z.enum(scopes)).meta({ description: 'What the credential of this request allows' }),
    has_password: z.boolean().meta({ description: 'False for those who log in through OIDC only' }),
    limits: z
      .object({ running: z.int(), queued: z.int(), stored_bytes: z.int() })
      .partial()
      .meta({ description: 'What applies; absent where there is no limit' }),
    usage: z.object({ running: z.int(), queued: z.int(), stored_bytes: z.int() }),
  })
  .meta({ id: 'Account' });

export const tokenSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    created_at: time('When it was made'),
    expires_at: time('When it ends').nullable(),
    last_used_at: time('At most a minute old').nullable(),
  })
  .meta({ id: 'Token' });

export const newTokenSchema = z
  .object({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      // Not `\P{Cc}`: Python knows no such classes, and reads the OpenAPI document too.
      .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'must not have control characters'),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length).meta(scopesMeta),
    expires_at: time('When it ends; null: never').nullable(),
  })
  .meta({ id: 'NewToken' });

export const createdTokenSchema = tokenSchema
  .extend({ token: z.string().meta({ description: 'Shown only now' }) })
  .meta({ id: 'CreatedToken' });

export const sessionSchema = z
  .object({
    id: z.uuid(),
    current: z.boolean().meta({ description: 'The one of this request' }),
    user_agent: z.string().meta({ description: 'What the browser said it is' }),
    created_at: time('When it was logged in'),
    expires_at: time('When it ends'),
  })
  .meta({ id: 'Session' });

export const inviteSchema = z
  .object({
    id: z.uuid(),
    role: roleSchema,
    created_at: time('When it was made'),
    expires_at: time('When it ends'),
    used_at: time('When an account was made with it').nullable(),
  })
  .meta({ id: 'Invite' });

export const createdInviteSchema = inviteSchema
  .extend({ code: z.string().meta({ description: 'Shown only now' }) })
  .meta({ id: 'CreatedInvite' });

export const signInOptionsSchema = z
  .object({
    sign_up: z.enum(signUpModes).meta({ description: 'Who may make an account with a password' }),
    oidc: z
      .object({
        name: z.string().meta({ description: 'For the button' }),
        url: z.string().meta({ description: 'Where the browser goes; a path of this service' }),
        sign_up: z.boolean().meta({ description: 'Whether it makes accounts for those who have none' }),
      })
      .nullable(),
    refused: refusalSchema.nullable(),
  })
  .meta({ id: 'SignInOptions' });

export function toWireUser({
  id,
  name,
  role,
  isDisabled,
  quota,
  createdAt,
}: User): z.infer<typeof userSchema> {
  return {
    id,
    name,
    role,
    disabled: isDisabled,
    quota: {
      running: quota.running ?? null,
      queued: quota.queued ?? null,
      stored_bytes: quota.storedBytes ?? null,
    },
    created_at: createdAt.toISOString(),
  };
}

/** What is not given stays, null takes a limit of the user's own away. */
export function changeQuota(quota: UserQuota, change: QuotaChange = {}): UserQuota {
  const { running, queued, stored_bytes: storedBytes } = change;
  const changed = { ...quota, ...given({ running, queued, storedBytes }) };
  return Object.fromEntries(Object.entries(changed).filter(([, limit]) => limit !== null));
}

type QuotaChange = { readonly [key in keyof z.infer<typeof quotaSchema>]?: number | null | undefined };

function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export function toWireToken(token: ApiToken): z.infer<typeof tokenSchema> {
  return {
    id: token.id,
    name: token.name,
    scopes: [...token.scopes],
    created_at: token.createdAt.toISOString(),
    expires_at: token.expiresAt?.toISOString() ?? null,
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
  };
}

export function toWireSession(
  session: Session,
  currentId: string | undefined,
): z.infer<typeof sessionSchema> {
  return {
    id: session.id,
    current: session.id === currentId,
    user_agent: session.userAgent,
    created_at: session.createdAt.toISOString(),
    expires_at: session.expiresAt.toISOString(),
  };
}

export function toWireInvite(invite: Invite): z.infer<typeof inviteSchema> {
  return {
    id: invite.id,
    role: invite.role,
    created_at: invite.createdAt.toISOString(),
    expires_at: invite.expiresAt.toISOString(),
    used_at: invite.usedAt?.toISOString() ?? null,
  };
}
