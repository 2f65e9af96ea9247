import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Role, Scope, UserQuota } from '../accounts/account.ts';
import type { BuildFailure, BuildState } from '../service/build-record.ts';
import type { Phase } from '../service/build-states.ts';

/**
 * Tables of the service. `npm run generate:migrations` writes the difference to the newest migration into
 * `migrations/`; what has been released there is never edited.
 */

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const now = (name: string) => time(name).notNull().defaultNow();

export const users = pgTable(
  'users',
  {
    id: uuid().primaryKey().defaultRandom(),
    name: text().notNull(),
    /** Argon2id in PHC form; null: logs in through OIDC only. */
    passwordHash: text('password_hash'),
    role: text().$type<Role>().notNull().default('user'),
    isDisabled: boolean('is_disabled').notNull().default(false),
    /** What differs from the quota of the configuration. */
    quota: jsonb().$type<UserQuota>().notNull().default({}),
    createdAt: now('created_at'),
  },
  (table) => [uniqueIndex('users_name').on(sql`lower(${table.name})`)],
);

export const identities = pgTable(
  'identities',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.issuer, table.subject] })],
);

export const apiTokens = pgTable(
  'api_tokens',
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** SHA-256 of the token, 64 hex digits; the token itself is shown once. */
    tokenHash: text('token_hash').notNull().unique(),
    scopes: text().array().$type<Scope[]>().notNull(),
    createdAt: now('created_at'),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
  },
  (table) => [index('api_tokens_user').on(table.userId)],
);

export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey().defaultRandom(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of the cookie's value. */
    tokenHash: text('token_hash').notNull().unique(),
    userAgent: text('user_agent').notNull(),
    createdAt: now('created_at'),
    expiresAt: time('expires_at').notNull(),
  },
  (table) => [index('sessions_user').on(table.userId)],
);

export const invites = pgTable('invites', {
  id: uuid().primaryKey().defaultRandom(),
  codeHash: text('code_hash').notNull().unique(),
  role: text().$type<Role>().notNull(),
  createdAt: now('created_at'),
  expiresAt: time('expires_at').notNull(),
  usedAt: time('used_at'),
});

/** A build that an equal request joins: one that is being cancelled is not. Without parameters, as an index has none. */
export function isJoinable({ state, cancelRequestedAt }: JoinableColumns): SQL {
  return sql`${state} in ('queued', 'running') and ${cancelRequestedAt} is null`;
}

type JoinableColumns = { readonly state: SQLWrapper; readonly cancelRequestedAt: SQLWrapper };

export const builds = pgTable(
  'builds',
  {
    id: uuid().primaryKey(),
    state: text().$type<BuildState>().notNull(),
    phase: text().$type<Phase>(),
    /** The request as the client wrote it, JSON text. */
    request: text().notNull(),
    /** Equal for requests for the same thing: sha256 of the normalised request without `force`. */
    joinKey: text('join_key').notNull(),
    workflow: text().notNull(),
    step: text().notNull(),
    version: text().notNull(),
    /** Name of the HPC system or the architecture, as the request has it. */
    machine: text().notNull(),
    /** A dry run: it ends with its plan, and nothing is built. */
    isPlan: boolean('is_plan').notNull().default(false),
    /** Counts the workers that took this build; a worker writes only while it is its own. */
    attempt: integer().notNull().default(0),
    /** Counts the workers that died with it. */
    crashes: integer().notNull().default(0),
    /** The service whose worker took it last: its own id, kept in its data folder. */
    worker: uuid(),
    createdAt: now('created_at'),
    startedAt: time('started_at'),
    finishedAt: time('finished_at'),
    cancelRequestedAt: time('cancel_requested_at'),
    failure: jsonb().$type<BuildFailure>(),
    imageReference: text('image_reference'),
    manifestDigest: text('manifest_digest'),
    recipeDigest: text('recipe_digest'),
    sifFilename: text('sif_filename'),
    sifSha256: text('sif_sha256'),
    sifSizeBytes: bigint('sif_size_bytes', { mode: 'number' }),
    timingsMs: jsonb('timings_ms').$type<Readonly<Record<string, number>>>(),
  },
  (table) => [
    uniqueIndex('builds_in_flight').on(table.joinKey).where(isJoinable(table)),
    // Newest first as `order by … desc` means it: with nulls at the other end an index is not used for that.
    index('builds_newest').on(table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    index('builds_state').on(table.state, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    index('builds_recipe').on(table.recipeDigest),
    check(
      'builds_state_known',
      sql`${table.state} in ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out')`,
    ),
  ],
);

/** Who asked for a build: more than one user where equal requests were joined. */
export const buildOwners = pgTable(
  'build_owners',
  {
    buildId: uuid('build_id')
      .notNull()
      .references(() => builds.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The build's, so that the builds of one user are read in order from the index alone. */
    createdAt: time('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.buildId, table.userId] }),
    index('build_owners_newest').on(
      table.userId,
      table.createdAt.desc().nullsFirst(),
      table.buildId.desc().nullsFirst(),
    ),
  ],
);

/** Published images by name; a name moves to the newest build that has it. */
export const images = pgTable(
  'images',
  {
    id: uuid().primaryKey().defaultRandom(),
    reference: text().notNull(),
    /** Null for a build for Docker. */
    sifFilename: text('sif_filename'),
    sifSha256: text('sif_sha256'),
    sifSizeBytes: bigint('sif_size_bytes', { mode: 'number' }),
    manifestDigest: text('manifest_digest').notNull(),
    recipeDigest: text('recipe_digest').notNull(),
    buildId: uuid('build_id').references(() => builds.id, { onDelete: 'set null' }),
    publishedAt: now('published_at'),
  },
  (table) => [
    unique('images_name').on(table.reference, table.sifFilename).nullsNotDistinct(),
    uniqueIndex('images_file').on(table.sifFilename),
    index('images_newest').on(table.publishedAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
  ],
);

/** Whose an image is: those who asked for the build that published it, also when that is forgotten. */
export const imageOwners = pgTable(
  'image_owners',
  {
    imageId: uuid('image_id')
      .notNull()
      .references(() => images.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.imageId, table.userId] }),
    index('image_owners_user').on(table.userId),
  ],
);
