import { Document, isScalar } from 'yaml';
import type { BaseImage } from '../recipe/base-image.ts';
import type { Config } from './config.ts';
import type { ReadSettings } from './read-config.ts';
import { toServiceKeys } from './service-keys.ts';

const mask = '***';

/**
 * The complete configuration as YAML, in the words of the file: what it says, what the environment says (with the
 * variable as a comment) and defaults. It can be used as a configuration file again, but for the secrets: passwords
 * are masked.
 *
 * @param databaseUrl From the environment, which is its only place.
 */
export function formatConfig({ config, given, variables }: ReadSettings, databaseUrl?: string): string {
  const document = new Document(maskSecrets(prune(toKeys(config))));
  document.commentBefore = [
    ` Configuration: ${config.file ?? 'no file'}; values without a word beside them are defaults`,
    ...(databaseUrl ? [` DATABASE_URL: ${maskText(databaseUrl)}`] : []),
  ].join('\n');
  for (const path of listLeaves(document.toJS())) {
    const node = document.getIn(path, true);
    const source = variables.get(path.join('.')) ?? (hasValue(given, path) ? 'file' : undefined);
    if (isScalar(node) && source !== undefined) node.comment = ` ${source}`;
  }
  return document.toString({ lineWidth: 0 });
}

function toKeys(config: Config) {
  const { engine, base, network, sif, spack, directories } = config;
  return {
    workflow_registry: config.workflowRegistry,
    images_prefix: config.imagesPrefix || undefined,
    machines: config.systemsFolder,
    registry: config.registry && {
      prefix: config.registry.prefix,
      credentials_file: config.registry.credentialsFile,
      ca_bundle: config.registry.caBundle,
      insecure: config.registry.insecure,
      sif: config.registry.sif,
    },
    engine: { kind: engine.kind, emulation: engine.emulation, buildah: engine.buildah },
    base: {
      ...(base.kind === 'bootstrap' ? { suite: base.suite } : { image: base.reference }),
      allowed: config.allowedBases.map(formatBaseImage),
    },
    network: {
      proxy: network.proxy,
      ca_bundle: network.caBundle ?? false,
      apt_auth_file: network.aptAuthFile,
    },
    sif: {
      format: sif.format,
      compression: sif.compression,
      level: sif.level,
      block_size: sif.blockSizeBytes,
      memory: sif.memoryBytes,
      processors: sif.processors,
    },
    spack: {
      source: spack.source,
      version: spack.version,
      packages: spack.packages,
      catalogue: spack.catalogue,
      mirrors: spack.mirrors,
      public_caches: spack.publicCaches,
      config: spack.config,
      cache: spack.cache,
      cache_credentials_file: spack.cacheCredentialsFile,
    },
    service: toServiceKeys(config.service),
    directories,
  };
}

function formatBaseImage(base: BaseImage): string {
  return base.kind === 'bootstrap' ? base.suite : base.reference;
}

/** Without what is not there: YAML would say null. Empty lists and mappings stay. */
function prune(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(prune);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(entries.map(([key, child]) => [key, prune(child)]));
}

/** Paths of secret files may be shown, secrets may not. */
const secretKey = /(?:secret|password|token)$/;

function maskSecrets(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, maskSecrets(child, name)]));
  }
  if (typeof value !== 'string') return value;
  return secretKey.test(key) ? mask : maskText(value);
}

/** Passwords of URLs, as in `https://user:password@host`; also in `?password=`. */
function maskText(text: string): string {
  return text
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#@:]*:)[^/?#]*(?=@)/i, `$1${mask}`)
    .replace(/([?&](?:password|token|secret)=)[^&#]*/gi, `$1${mask}`);
}

function listLeaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, child]) => listLeaves(child, [...path, key]));
}

function hasValue(given: unknown, [first, ...rest]: readonly string[]): boolean {
  if (given === undefined || given === null) return false;
  if (first === undefined) return true;
  return typeof given === 'object' && hasValue((given as Readonly<Record<string, unknown>>)[first], rest);
}
