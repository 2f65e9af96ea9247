/** A package by what Spack calls it in messages and folders. */
export type PackageId = { readonly name: string; readonly version: string; readonly hash: string };

/** Versions that are branches stand where others have a digit: `hdf5-develop-1.14`. */
const versionStart = /-(?=\d|(?:develop|main|master|stable|trunk)(?:-|$))/;

/**
 * Takes `name-version-hash` apart. Names and versions both have hyphens in them: of several ways the one
 * with a known name counts, else the version begins at the first digit.
 */
export function parsePackageId(
  text: string,
  knownNames: ReadonlySet<string> = new Set(),
): PackageId | undefined {
  const [, nameAndVersion, hash] = /^(.+)-([a-z0-9]{32})$/.exec(text) ?? [];
  if (nameAndVersion === undefined || hash === undefined) return undefined;
  const hyphens = Array.from(nameAndVersion.matchAll(/-/g), ({ index }) => index);
  const known = hyphens.findLast((index) => knownNames.has(nameAndVersion.slice(0, index)));
  const start = versionStart.exec(nameAndVersion)?.index;
  const index = known ?? start ?? hyphens.at(-1);
  if (index === undefined || index === 0) return undefined;
  return { name: nameAndVersion.slice(0, index), version: nameAndVersion.slice(index + 1), hash };
}

/**
 * The package whose stage folder a text names, in whichever folder that lies. Stage folders of patches
 * name no package.
 */
export function findStagedPackage(text: string, knownNames?: ReadonlySet<string>): PackageId | undefined {
  const [, id] = /\bspack-stage-([\w.+=-]+?-[a-z0-9]{32})(?![\w-])/.exec(text) ?? [];
  return id === undefined ? undefined : parsePackageId(id, knownNames);
}
