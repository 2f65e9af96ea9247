import type { Distribution, InstalledPackage } from './package.ts';

type PurlParts = {
  readonly type: string;
  readonly namespace?: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers?: Readonly<Record<string, string | undefined>>;
};

/**
 * The package URL of a package: what vulnerability databases know it by. Spack has no type of its own.
 *
 * @see https://github.com/package-url/purl-spec, purl-types: deb, pypi, generic
 */
export function toPurl(entry: InstalledPackage, distribution: Distribution | undefined): string {
  const { name, version } = entry;
  switch (entry.manager) {
    case 'apt':
      return formatPurl({
        type: 'deb',
        namespace: distribution?.id ?? 'debian',
        name: name.toLowerCase(),
        version,
        qualifiers: { arch: entry.architecture, distro: distribution && formatDistribution(distribution) },
      });
    case 'pip':
      return formatPurl({ type: 'pypi', name: normalizePythonName(name), version });
    case 'spack':
      return formatPurl({ type: 'generic', name, version });
  }
}

/** Qualifiers come in the order of their keys. */
export function formatPurl({ type, namespace, name, version, qualifiers = {} }: PurlParts): string {
  const path = [type, ...(namespace === undefined ? [] : [encode(namespace)]), encode(name)].join('/');
  const query = Object.entries(qualifiers)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encode(value)}`)
    .join('&');
  return `pkg:${path}@${encode(version)}${query === '' ? '' : `?${query}`}`;
}

/** `Foo.Bar_baz` and `foo-bar-baz` are one project. @see PEP 503, Normalized Names */
export function normalizePythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function formatDistribution({ id, versionId }: Distribution): string {
  return versionId === undefined ? id : `${id}-${versionId}`;
}

/** All but letters, digits, `.`, `-`, `_`, `~` and `:` is encoded. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
