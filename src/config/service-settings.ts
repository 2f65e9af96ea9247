import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import type { SignUpMode } from '../accounts/sign-up.ts';
import type { Machine } from './machine-defaults.ts';
import { completeOidc, type OidcSettings } from './oidc-settings.ts';
import type { ToPath } from './paths.ts';
import type { LogLevel, ServiceSection } from './service-schema.ts';
import { parseSize } from './size.ts';

/** Settings of `cic serve`, complete. */
export type ServiceSettings = {
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end: empty for the root. */
  readonly basePath: string;
  /** Absolute path. */
  readonly dataDirectory: string;
  /** Absent: CIC runs a PostgreSQL of its own. */
  readonly databaseUrl?: string;
  readonly trustedProxies: readonly string[];
  readonly downloads: 'authenticated' | 'anonymous';
  readonly signUp: SignUpMode;
  readonly oidc?: OidcSettings;
  readonly sessionHours: number;
  readonly concurrency: number;
  readonly limits: { readonly totalMs: number; readonly silentMs: number; readonly crashes: number };
  readonly quota: { readonly running: number; readonly queued: number; readonly storedBytes: number };
  readonly logLevel: LogLevel;
  readonly metrics: { readonly access: 'admin' | 'anonymous' | 'off' };
  /** How long downloads may go on when the service ends. */
  readonly shutdownMs: number;
  readonly retention: RetentionSettings;
};

/** Absent limits keep everything. */
export type RetentionSettings = {
  readonly builds: { readonly days?: number; readonly count?: number };
  readonly logs: AgeAndSize;
  readonly sifs: AgeAndSize;
  readonly engineCache: AgeAndSize;
};

export type AgeAndSize = { readonly days?: number; readonly totalBytes?: number };

const minuteMs = 60_000;

export function completeService(
  service: ServiceSection,
  { env, home, isRoot }: Pick<Machine, 'env' | 'home' | 'isRoot'>,
  toPath: ToPath,
): ServiceSettings {
  const databaseUrl = env['DATABASE_URL'];
  const oidc = completeOidc(service?.oidc, toPath);
  return {
    host: service?.host ?? '127.0.0.1',
    port: service?.port ?? 8080,
    basePath: (service?.base_path ?? '/image_creation').replace(/\/$/, ''),
    dataDirectory: service?.data ? toPath(service.data) : defaultData({ env, home, isRoot }),
    ...(databaseUrl && { databaseUrl }),
    trustedProxies: service?.trusted_proxies ?? [],
    downloads: service?.downloads ?? 'authenticated',
    signUp: service?.sign_up ?? 'closed',
    ...(oidc && { oidc }),
    sessionHours: service?.session_hours ?? 12,
    concurrency: service?.concurrency ?? Math.max(1, Math.floor(cpus().length / 4)),
    limits: completeLimits(service?.limits),
    quota: completeQuota(service?.quota),
    logLevel: service?.log_level ?? 'info',
    metrics: { access: service?.metrics?.access ?? 'admin' },
    shutdownMs: (service?.shutdown_seconds ?? 10) * 1000,
    retention: completeRetention(service?.retention),
  };
}

function completeLimits(limits: NonNullable<ServiceSection>['limits']): ServiceSettings['limits'] {
  return {
    totalMs: (limits?.build_minutes ?? 720) * minuteMs,
    silentMs: (limits?.silent_minutes ?? 120) * minuteMs,
    crashes: limits?.crashes ?? 3,
  };
}

function completeQuota(quota: NonNullable<ServiceSection>['quota']): ServiceSettings['quota'] {
  return {
    running: quota?.running ?? 2,
    queued: quota?.queued ?? 50,
    storedBytes: parseSize(quota?.stored ?? '500G') ?? 0,
  };
}

function completeRetention(retention: NonNullable<ServiceSection>['retention']): RetentionSettings {
  const { builds, logs, sifs, engine_cache } = retention ?? {};
  const { days, count } = builds ?? {};
  return {
    builds: { ...(days && { days }), ...(count && { count }) },
    logs: completeAgeAndSize(logs),
    sifs: completeAgeAndSize(sifs),
    engineCache: completeAgeAndSize(engine_cache),
  };
}

type AgeAndSizeKeys =
  | { readonly days?: number | null | undefined; readonly total?: string | number | null | undefined }
  | null
  | undefined;

function completeAgeAndSize(keys: AgeAndSizeKeys): AgeAndSize {
  const totalBytes = parseSize(keys?.total ?? '');
  return { ...(keys?.days && { days: keys.days }), ...(totalBytes && { totalBytes }) };
}

function defaultData({ env, home, isRoot }: Pick<Machine, 'env' | 'home' | 'isRoot'>): string {
  if (isRoot) return '/var/lib/cic';
  return join(env['XDG_DATA_HOME'] || resolve(home, '.local/share'), 'cic');
}
