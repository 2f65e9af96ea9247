import { AppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import { formatPlatform, type OciArchitecture, ociArchitectures, type Platform } from '../oci/platform.ts';
import { codeNames, findCodeName, toPlainName } from './code-names.ts';
import {
  familyOf,
  findMicroarchitecture,
  listMicroarchitectures,
  type Microarchitecture,
} from './microarchitecture.ts';

/** The archspec family of each OCI architecture. */
export const archspecFamilies: Readonly<Record<OciArchitecture, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  ppc64le: 'ppc64le',
};

/**
 * Finds the microarchitecture that a user means: an archspec name, a vendor's code name (`rome`), or
 * `none` for whatever every machine of the platform runs.
 *
 * @throws MACHINE_UNKNOWN_ARCHITECTURE - no such name
 * @throws MACHINE_CONFLICT - it belongs to another platform
 */
export function resolveArchitecture(name: string, platform: Platform): Microarchitecture {
  const family = archspecFamilies[platform.architecture];
  const microarchitecture = findByAnyName(name, family);
  if (microarchitecture === undefined) throw toUnknownError(name);
  if (familyOf(microarchitecture).name === family) return microarchitecture;
  throw toConflictError(name, microarchitecture, platform);
}

/**
 * Checks that a name means some microarchitecture, of whatever platform.
 *
 * @throws MACHINE_UNKNOWN_ARCHITECTURE - no such name
 */
export function requireKnownArchitecture(name: string): void {
  if (findByAnyName(name, archspecFamilies.amd64) === undefined) throw toUnknownError(name);
}

/** The platform that a microarchitecture's images are for, or undefined where CIC builds for none. */
export function platformOf(microarchitecture: Microarchitecture): Platform | undefined {
  const family = familyOf(microarchitecture).name;
  const architecture = ociArchitectures.find((name) => archspecFamilies[name] === family);
  return architecture === undefined ? undefined : { os: 'linux', architecture };
}

/**
 * On a little-endian platform `power9` means `power9le`: archspec keeps the plain name for the big-endian
 * processors, which no OCI platform of CIC has.
 */
function findByAnyName(name: string, family: string): Microarchitecture | undefined {
  const plainName = toPlainName(name);
  // Separators stand between words, once.
  if (/^[ _-]|[ _-]{2}|[ _-]$/.test(name)) return undefined;
  if (plainName === 'none') return findMicroarchitecture(family);
  const exact = plainNames.get(plainName);
  if (exact !== undefined && familyOf(exact).name === family) return exact;
  const codeName = findCodeName(name);
  return codeName === undefined ? exact : findMicroarchitecture(codeName.microarchitecture);
}

const plainNames = new Map(listMicroarchitectures().map((entry) => [toPlainName(entry.name), entry]));

function toUnknownError(name: string): AppError {
  if (name === '') {
    return new AppError('MACHINE_UNKNOWN_ARCHITECTURE', 'is empty', {
      hint: 'write a microarchitecture such as zen3, or none for any machine of the platform',
      details: { name },
    });
  }
  const names = [...listMicroarchitectures(), ...codeNames].map((entry) => entry.name);
  const nearest = findNearestName(name, [...names, 'none']);
  const hint =
    nearest === undefined
      ? '`cic machines` lists the known names'
      : `did you mean "${nearest}"? \`cic machines\` lists all names`;
  return new AppError('MACHINE_UNKNOWN_ARCHITECTURE', `"${name}" is not a known CPU microarchitecture`, {
    hint,
    details: { name, ...(nearest !== undefined && { nearest }) },
  });
}

function toConflictError(name: string, microarchitecture: Microarchitecture, platform: Platform): AppError {
  const family = familyOf(microarchitecture).name;
  const wanted = formatPlatform(platform);
  const itsPlatform = platformOf(microarchitecture);
  const ways = [
    ...(itsPlatform === undefined ? [] : [`use the platform ${formatPlatform(itsPlatform)}`]),
    `name a microarchitecture of ${wanted}`,
    '"none" for any machine of the platform',
  ];
  return new AppError(
    'MACHINE_CONFLICT',
    `architecture "${name}" (${family}) contradicts platform ${wanted}`,
    {
      hint: ways.join(', or '),
      details: { architecture: name, family, platform: wanted },
    },
  );
}
