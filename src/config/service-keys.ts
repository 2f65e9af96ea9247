import type { OidcSettings } from './oidc-settings.ts';
import type { AgeAndSize, ServiceSettings } from './service-settings.ts';

/** `service` in the words of the configuration file, complete. */
export function toServiceKeys(service: ServiceSettings) {
  const { limits, oidc, quota, retention } = service;
  return {
    host: service.host,
    port: service.port,
    base_path: service.basePath || '/',
    data: service.dataDirectory,
    trusted_proxies: service.trustedProxies,
    downloads: service.downloads,
    sign_up: service.signUp,
    ...(oidc && { oidc: toOidcKeys(oidc) }),
    session_hours: service.sessionHours,
    concurrency: service.concurrency,
    limits: {
      build_minutes: limits.totalMs / 60_000,
      silent_minutes: limits.silentMs / 60_000,
      crashes: limits.crashes,
    },
    quota: { running: quota.running, queued: quota.queued, stored: quota.storedBytes },
    log_level: service.logLevel,
    metrics: { access: service.metrics.access },
    shutdown_seconds: service.shutdownMs / 1000,
    retention: {
      builds: retention.builds,
      logs: toAgeAndSizeKeys(retention.logs),
      sifs: toAgeAndSizeKeys(retention.sifs),
      engine_cache: toAgeAndSizeKeys(retention.engineCache),
    },
  };
}

function toOidcKeys({ issuer, clientId, clientSecretFile, name, scope, admin, signUp }: OidcSettings) {
  return {
    issuer,
    client_id: clientId,
    client_secret_file: clientSecretFile,
    name,
    scope,
    ...(admin && { admin: { claim: admin.claim, value: admin.value } }),
    sign_up: signUp,
  };
}

function toAgeAndSizeKeys({ days, totalBytes }: AgeAndSize) {
  return { days, total: totalBytes };
}
