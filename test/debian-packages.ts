import { basename } from 'node:path';
import { run } from '../src/exec/run.ts';
import { repository } from './cic.ts';
import { endingOf, type TestPackage } from './spack-site.ts';

export type DebianPackage = TestPackage & { readonly version: string };

export type DebianSource = {
  /** As Spack calls the package. */
  readonly name: string;
  readonly suite: string;
  /** As Debian calls its source; default as Spack. */
  readonly source?: string;
  /** Lines of the class that Debian's archive needs beside its checksum. */
  readonly body?: string;
  /** Statements after the class. */
  readonly end?: string;
};

/**
 * Packages whose sources Debian has, but not in the archives of their authors: Spack's own recipes, with the
 * versions and the checksums of Debian's.
 */
export async function makeDebianPackages(sources: readonly DebianSource[]): Promise<DebianPackage[]> {
  const packages: DebianPackage[] = [];
  // One after the other: each may have to read a suite's index.
  for (const source of sources) packages.push(await makePackage(source));
  return packages;
}

/** Sections of `packages` in Spack's configuration: no other version has a source. */
export function requireVersions(packages: readonly DebianPackage[]): Record<string, { require: string[] }> {
  return Object.fromEntries(packages.map(({ name, version }) => [name, { require: [`@=${version}`] }]));
}

async function makePackage({ name, suite, source = name, body = '', end = '' }: DebianSource) {
  const script = `${repository}test/setup/debian-sources.sh`;
  const archive = (await run({ file: script, args: [suite, source] })).stdout.trim();
  const version = readUpstreamVersion(basename(archive).slice(source.length + 1));
  const className = name.replaceAll(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());
  const module = `spack_repo.builtin.packages.${name.replaceAll('-', '_')}.package`;
  return {
    name,
    version,
    source: archive,
    // All of the module: classes that know how to build are looked for beside the package's.
    recipe: `from ${module} import *
from ${module} import ${className} as Builtin${className}

from spack.package import *


class ${className}(Builtin${className}):
    """Spack's own, for the archive that Debian has."""

    version("${version}", sha256="@SHA256@", url="https://example.invalid/${name}-${version}.${endingOf(archive)}")
${body}${end}`,
  };
}

/** `1.14.5` of `1.14.5+repack.orig.tar.gz`, `1.3.1` of `1.3.dfsg+really1.3.1.orig.tar.gz`. */
function readUpstreamVersion(text: string): string {
  const version = text.replace(/\.orig\..*$/, '').replace(/^.*\+really/, '');
  return version.replace(/[+~.](?:dfsg|ds|repack)[.\d]*$/, '');
}
