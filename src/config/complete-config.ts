import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseBaseImage } from '../recipe/base-image.ts';
import { defaultSifOptions } from '../sif/convert/options.ts';
import { completeSpack } from './complete-spack.ts';
import type { Config } from './config.ts';
import type { ConfigFile } from './config-schema.ts';
import { listSuites } from './host-suites.ts';
import type { Machine } from './machine-defaults.ts';
import { type ToPath, toAddress } from './paths.ts';
import { completeService } from './service-settings.ts';
import { parseSize } from './size.ts';

const defaultSuite = 'bookworm';

/** Where distributions keep what they trust: Debian, Red Hat, SUSE. */
const systemBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
];

/**
 * Fills in what a configuration leaves out: builds trust what this machine trusts and go through the
 * proxy that CIC itself is told to use.
 *
 * @param file Absolute path; relative paths in the configuration start from its folder.
 */
export function completeConfig(settings: ConfigFile, machine: Machine, file?: string): Config {
  const toPath = (path: string) => resolve(file === undefined ? machine.cwd : dirname(file), path);
  const directories = completeDirectories(settings.directories, machine, toPath);
  return {
    ...(file !== undefined && { file }),
    engine: completeEngine(settings.engine, toPath),
    base: settings.base?.image
      ? { kind: 'reference', reference: settings.base.image }
      : { kind: 'bootstrap', suite: settings.base?.suite ?? defaultSuite },
    allowedBases: (settings.base?.allowed ?? listSuites(machine.osRelease)).map(parseBaseImage),
    ...(settings.workflow_registry && { workflowRegistry: toAddress(settings.workflow_registry, toPath) }),
    ...(settings.machines && { systemsFolder: toPath(settings.machines) }),
    imagesPrefix: settings.images_prefix ?? '',
    ...(settings.registry && { registry: completeRegistry(settings.registry, machine, toPath) }),
    network: completeNetwork(settings.network, machine, toPath),
    sif: completeSif(settings.sif),
    spack: completeSpack(settings.spack, { cacheDirectory: directories.cache, toPath }),
    service: completeService(settings.service, machine, toPath),
    directories,
  };
}

function completeEngine(engine: ConfigFile['engine'], toPath: ToPath): Config['engine'] {
  const { root, runroot, isolation, network } = engine?.buildah ?? {};
  return {
    kind: engine?.kind ?? 'auto',
    emulation: engine?.emulation ?? false,
    buildah: {
      ...(root && { root: toPath(root) }),
      ...(runroot && { runroot: toPath(runroot) }),
      isolation: isolation ?? 'chroot',
      network: network ?? 'host',
    },
  };
}

function completeRegistry(
  { prefix, credentials_file, insecure, ca_bundle, sif }: NonNullable<ConfigFile['registry']>,
  { env }: Machine,
  toPath: ToPath,
): NonNullable<Config['registry']> {
  const { CIC_REGISTRY_USER: user, CIC_REGISTRY_PASSWORD: password } = env;
  return {
    prefix,
    ...(credentials_file && { credentialsFile: toPath(credentials_file) }),
    ...(user && password && !credentials_file && { credentials: { user, password } }),
    ...(ca_bundle && { caBundle: toPath(ca_bundle) }),
    insecure: insecure ?? false,
    sif: sif ?? false,
  };
}

function completeNetwork(
  network: ConfigFile['network'],
  { env }: Machine,
  toPath: ToPath,
): Config['network'] {
  const { proxy, ca_bundle, apt_auth_file } = network ?? {};
  const caBundle = ca_bundle ? toPath(ca_bundle) : ca_bundle === false ? undefined : findSystemBundle(env);
  const either = (name: string) => env[name] || env[name.toUpperCase()] || undefined;
  const http = proxy?.http ?? either('http_proxy');
  const https = proxy?.https ?? either('https_proxy');
  const no = proxy?.no ?? either('no_proxy');
  return {
    proxy: { ...(http && { http }), ...(https && { https }), ...(no && { no }) },
    ...(caBundle && { caBundle }),
    ...(apt_auth_file && { aptAuthFile: toPath(apt_auth_file) }),
  };
}

function findSystemBundle(env: Machine['env']): string | undefined {
  return [env['SSL_CERT_FILE'], ...systemBundles].find((path) => path && existsSync(path));
}

function completeSif(sif: ConfigFile['sif']): Config['sif'] {
  const { compression, level, block_size, memory, processors, format } = sif ?? {};
  const defaults = defaultSifOptions;
  const isDefault = compression === undefined || compression === null || compression === defaults.compression;
  const chosenLevel = level ?? (isDefault ? defaults.level : undefined);
  return {
    compression: compression ?? defaults.compression,
    ...(chosenLevel !== undefined && { level: chosenLevel }),
    blockSizeBytes: parseSize(block_size ?? '') ?? defaults.blockSizeBytes,
    memoryBytes: parseSize(memory ?? '') ?? defaults.memoryBytes,
    ...(processors && { processors }),
    format: format ?? defaults.format,
  };
}

function completeDirectories(
  directories: ConfigFile['directories'],
  { env, home, cwd, isRoot }: Machine,
  toPath: ToPath,
): Config['directories'] {
  const ownCache = join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'cic');
  const cache = directories?.cache ? toPath(directories.cache) : isRoot ? '/var/cache/cic' : ownCache;
  return {
    cache,
    work: directories?.work ? toPath(directories.work) : join(cache, 'work'),
    images: directories?.images ? toPath(directories.images) : resolve(cwd, 'images'),
  };
}
