import { join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { exists } from './local-source.ts';
import { locateSource } from './locate-source.ts';
import { type PackageRepo, readPackageRepo } from './package-repo.ts';
import { defaultPackages, defaultSpack, type SpackSettings } from './settings.ts';
import type { LocatedSource, SourceKind } from './source-kind.ts';
import type { SourceOptions } from './source-options.ts';
import { readSpackVersion, type SpackVersion } from './spack-version.ts';

/** A Spack on this machine, ready to run. */
export type PreparedSpack = LocatedSource &
  SpackVersion & {
    /** Its recipes; absent for Spack 0.x, which has them inside. */
    readonly packages?: PreparedPackages;
  };

export type PreparedPackages = PackageRepo & Pick<LocatedSource, 'commit'>;

export const spackKind: SourceKind = {
  name: 'spack',
  title: 'Spack',
  marks: ['bin/spack'],
  defaultSource: defaultSpack.source,
};

const builtinFolder = 'repos/spack_repo/builtin';

export const packagesKind: SourceKind = {
  name: 'packages',
  title: "Spack's package recipes",
  marks: [`${builtinFolder}/repo.yaml`, 'repo.yaml'],
  defaultSource: defaultPackages.source,
};

/**
 * Brings Spack and its recipes onto this machine. What is in the cache or in a local folder already needs no
 * network.
 *
 * @throws SPACK_UNAVAILABLE - not there, out of reach, or not what it should be
 * @throws SPACK_VERSION_UNSUPPORTED - another version than {@link readSpackVersion} knows, or recipes for a newer one
 * @throws CANCELLED - `options.signal` was aborted
 */
export async function prepareSpack(
  settings: Pick<SpackSettings, 'source' | 'version' | 'packages'>,
  options: SourceOptions,
): Promise<PreparedSpack> {
  const source = await locateSource({ kind: spackKind, origin: settings }, options);
  const version = await readSpackVersion(source.folder);
  if (version.major === 0) return { ...source, ...version };
  const packages = await preparePackages(settings, version, options);
  return { ...source, ...version, packages };
}

async function preparePackages(
  { packages }: Pick<SpackSettings, 'packages'>,
  spack: SpackVersion,
  options: SourceOptions,
): Promise<PreparedPackages> {
  const { folder, commit } = await locateSource({ kind: packagesKind, origin: packages }, options);
  const builtin = join(folder, builtinFolder);
  const repo = await readPackageRepo((await exists(builtin)) ? builtin : folder);
  if ('fault' in repo) {
    throw new AppError('SPACK_UNAVAILABLE', `the recipes in ${folder} cannot be used: ${repo.fault}`);
  }
  const fault = findApiFault(repo, spack);
  if (fault === undefined) return { ...repo, ...(commit !== undefined && { commit }) };
  throw new AppError('SPACK_VERSION_UNSUPPORTED', `the recipes in ${folder} do not fit: ${fault}`, {
    hint: 'set spack.version and spack.packages.version to releases of the same time',
  });
}

/** Why a Spack does not load the recipes of a repository, or undefined. */
export function findApiFault(
  { api: [major, minor] }: Pick<PackageRepo, 'api'>,
  { version, packageApi = [1, 0] }: SpackVersion,
): string | undefined {
  const [newestMajor, newestMinor] = packageApi;
  if (major < newestMajor || (major === newestMajor && minor <= newestMinor)) return undefined;
  return `they are of Package API v${major}.${minor}, Spack ${version} knows v${newestMajor}.${newestMinor}`;
}
