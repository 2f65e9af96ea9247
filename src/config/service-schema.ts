import { z } from 'zod';
import { signUpModes } from '../accounts/sign-up.ts';
import { oidcSchema } from './oidc-settings.ts';
import { parseSize } from './size.ts';

/** Of pino, from all to none. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const count = (description: string) => z.int().positive().meta({ description }).nullish();
const days = (description: string) => z.number().positive().max(36_500).meta({ description }).nullish();
const minutes = (description: string, most: number) =>
  z.number().positive().max(most).meta({ description }).nullish();

const size = (description: string) =>
  z
    .union([z.int().positive(), z.string()], { error: 'must be a size such as 500G' })
    .refine((value) => parseSize(value) !== undefined, 'must be a size such as 500G')
    .meta({ description, examples: ['500G'] })
    .nullish();

/** A worker's claim of a build ends after a day. */
const longestBuildMinutes = 23 * 60;

/** What goes once it is too old, too many or too large; what is left out is kept for ever. */
const retentionSchema = z
  .object({
    builds: z
      .object({
        days: days(
          'Builds that ended longer ago are forgotten, with log and files; not those of published images',
        ),
        count: count('So many ended builds are kept, the newest'),
      })
      .nullish(),
    logs: z
      .object({
        days: days('Logs of builds that ended longer ago go; the builds stay'),
        total: size('So many bytes of logs are kept, those of the newest builds'),
      })
      .nullish(),
    sifs: z
      .object({
        days: days('Images that were published longer ago go, with their SIF files'),
        total: size('So many bytes of SIF files are kept, the newest'),
      })
      .nullish(),
    engine_cache: z
      .object({
        days: days("Images of CIC in the engine's store that no tag names and no build used for so long go"),
        total: size('So many bytes of them are kept, the newest'),
      })
      .nullish(),
  })
  .meta({ description: 'What goes by itself, each hour; what is left out is kept' })
  .nullish();

/** `service` of the configuration file: what only `cic serve` reads. */
export const serviceSchema = z
  .object({
    host: z.string().min(1).meta({ description: 'Address to listen on; default 127.0.0.1' }).nullish(),
    port: z.int().min(0).max(65_535).meta({ description: 'Default 8080; 0: any free one' }).nullish(),
    base_path: z
      .string()
      .regex(/^\/([A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*)?$/, 'must be a path such as /image_creation, or /')
      .meta({ description: 'Where the service lies behind a proxy; default /image_creation' })
      .nullish(),
    data: z
      .string()
      .min(1)
      .meta({
        description: 'Folder for database, logs and SIF files; relative to the configuration file',
        examples: ['/var/lib/cic'],
      })
      .nullish(),
    trusted_proxies: z
      .array(z.string().min(1))
      .meta({
        description: 'Addresses of proxies whose X-Forwarded headers are believed',
        examples: [['127.0.0.1']],
      })
      .nullish(),
    downloads: z
      .enum(['authenticated', 'anonymous'])
      .meta({ description: 'Who gets SIF files; default authenticated' })
      .nullish(),
    sign_up: z.enum(signUpModes).meta({ description: 'Who may make an account; default closed' }).nullish(),
    oidc: oidcSchema,
    session_hours: z
      .number()
      .positive()
      .max(24 * 365)
      .meta({ description: 'How long a login of the web page lasts; default 12' })
      .nullish(),
    concurrency: count('Builds at a time; default 1 for each 4 processors'),
    limits: z
      .object({
        build_minutes: minutes(
          'Of one build, without its time in the queue; default 720',
          longestBuildMinutes,
        ),
        silent_minutes: minutes('Without a line of output; default 120', longestBuildMinutes),
        crashes: count('So many times the service may end with a build before it is given up; default 3'),
      })
      .meta({ description: 'When a build is stopped' })
      .nullish(),
    quota: z
      .object({
        running: count('Builds of one user at a time; default 2'),
        queued: count('Builds of one user that wait; default 50'),
        stored: size('Bytes of SIF files of one user; default 500G'),
      })
      .meta({ description: 'What one user may have; administrators may have more' })
      .nullish(),
    log_level: z
      .enum(logLevels)
      .meta({ description: 'Least level of lines in the log; default info. debug: polls of clients too' })
      .nullish(),
    metrics: z
      .object({
        access: z.enum(['admin', 'anonymous', 'off']).meta({
          description:
            'Who reads <base_path>/metrics; default admin: an administrator or a token with the scope admin, and ' +
            'programs on the same machine',
        }),
      })
      .partial()
      .meta({ description: 'Metrics for Prometheus' })
      .nullish(),
    shutdown_seconds: z
      .number()
      .min(0)
      .max(3600)
      .meta({ description: 'How long downloads may go on after SIGTERM; default 10' })
      .nullish(),
    retention: retentionSchema,
  })
  .meta({ description: 'The service, `cic serve`' })
  .nullish();

export type ServiceSection = z.infer<typeof serviceSchema>;
