import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';

/** What a Spack says about itself. */
export type SpackVersion = {
  /** `1.1.1`, `1.3.0.dev0`. */
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  /** The newest Package API that it loads recipes of, `[2, 4]`; absent before Spack 1.0. */
  readonly packageApi?: PackageApi;
};

export type PackageApi = readonly [major: number, minor: number];

const supportedVersions = '0.23 up to 1.x';

const versionFile = 'lib/spack/spack/__init__.py';

/**
 * The version of a Spack checkout.
 *
 * @throws SPACK_UNAVAILABLE - it does not say
 * @throws SPACK_VERSION_UNSUPPORTED - it is older or newer than what CIC knows
 */
export async function readSpackVersion(folder: string): Promise<SpackVersion> {
  const text = await readFile(join(folder, versionFile), 'utf8').catch(() => '');
  const version = parseSpackVersion(text);
  if (version === undefined) {
    throw new AppError('SPACK_UNAVAILABLE', `${folder} does not say which version of Spack it is`, {
      hint: `its ${versionFile} has no __version__`,
    });
  }
  const { major, minor } = version;
  if (major === 1 || (major === 0 && minor >= 23)) return version;
  throw new AppError('SPACK_VERSION_UNSUPPORTED', `Spack ${version.version} in ${folder} is not supported`, {
    hint: `supported are the versions ${supportedVersions}: set spack.version in the configuration`,
    details: { version: version.version },
  });
}

/** Reads `lib/spack/spack/__init__.py`. */
export function parseSpackVersion(text: string): SpackVersion | undefined {
  const version = /^(?:__version__|spack_version)\s*=\s*["']([^"']+)["']/m.exec(text)?.[1];
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (version === undefined || major === undefined || minor === undefined) return undefined;
  const [, apiMajor, apiMinor] = /^package_api_version\s*=\s*\((\d+),\s*(\d+)\)/m.exec(text) ?? [];
  return {
    version,
    major: Number(major),
    minor: Number(minor),
    ...(apiMajor !== undefined && { packageApi: [Number(apiMajor), Number(apiMinor)] as const }),
  };
}
