import type { InstalledPackage, Inventory } from '../package.ts';
import { normalizePythonName } from '../purl.ts';
import { parseDistInfo } from './dist-info.ts';
import { parseDpkgStatus } from './dpkg-status.ts';
import { parseOsRelease } from './os-release.ts';
import { parseSpackInstall } from './spack-install.ts';

const osRelease = /^(usr\/lib|etc)\/os-release$/;
const dpkgStatus = /^var\/lib\/dpkg\/(status|status\.d\/(?!.*\.md5sums$)[^/]+)$/;
const distInfo = /\/(site|dist)-packages\/[^/]+\.dist-info\/METADATA$/;
const spackInstall = /^(.+)\/\.spack\/spec\.json$/;

/** Where Debian's own packages put Python modules: dpkg lists those. */
const debianPython = 'usr/lib/python3/dist-packages/';

/** Whether a file of the root file system says what is installed. @param path Without a leading slash. */
export function isInventoryFile(path: string): boolean {
  if (distInfo.test(path)) return !path.startsWith(debianPython);
  return [osRelease, dpkgStatus, spackInstall].some((pattern) => pattern.test(path));
}

/**
 * Finds out what is installed. A file that cannot be read as what it should be is passed over.
 *
 * Python modules of Spack's packages count as those packages, wherever a view has copied them to.
 *
 * @param files Contents by path, of those that {@link isInventoryFile} names.
 */
export function takeInventory(files: ReadonlyMap<string, Buffer>): Inventory {
  const texts = [...files].map(([path, content]) => ({ path, text: content.toString('utf8') }));
  const among = (pattern: RegExp) => texts.filter(({ path }) => pattern.test(path));
  const prefixes = among(spackInstall).map(({ path }) => path.replace(spackInstall, '$1/'));
  const spack = parseEach(among(spackInstall), parseSpackInstall);
  const spackNames = new Set(spack.map(({ name, version }) => `${name}@${version}`));
  const pip = parseEach(
    among(distInfo).filter(({ path }) => !prefixes.some((prefix) => path.startsWith(prefix))),
    parseDistInfo,
  ).filter(({ name, version }) => !spackNames.has(`py-${normalizePythonName(name)}@${version}`));
  const apt = among(dpkgStatus).flatMap(({ text }) => parseDpkgStatus(text));
  const distribution = among(osRelease).map(({ text }) => parseOsRelease(text))[0];
  return { ...(distribution && { distribution }), packages: sortUnique([...apt, ...pip, ...spack]) };
}

function parseEach<T>(
  texts: readonly { readonly text: string }[],
  parse: (text: string) => T | undefined,
): T[] {
  return texts.map(({ text }) => parse(text)).filter((entry) => entry !== undefined);
}

/** Several Python environments can hold the same package. */
function sortUnique(packages: readonly InstalledPackage[]): InstalledPackage[] {
  const byKey = new Map(packages.map((entry) => [sortKey(entry), entry]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function sortKey(entry: InstalledPackage): string {
  const { manager, name, version } = entry;
  switch (manager) {
    case 'apt':
      return [manager, name, version, entry.architecture].join('\0');
    case 'pip':
      return [manager, normalizePythonName(name), version].join('\0');
    case 'spack':
      return [manager, name, version, entry.hash].join('\0');
  }
}
