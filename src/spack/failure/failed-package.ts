import { findStagedPackage } from '../package-id.ts';
import { readProgressLine } from '../progress-line.ts';
import type { SpackFailure } from './failure.ts';

export type FailedPackage = { readonly name: string; readonly version?: string };

/** The package that failed: where Spack says so, else the one whose phase was the last. */
export function findFailedPackage(failure: SpackFailure): FailedPackage | undefined {
  const { lines } = failure;
  const observations = lines.flatMap((line) => readProgressLine(line, '/') ?? []);
  const failed = observations.find(({ kind }) => kind === 'failed');
  const last = observations.findLast(({ kind }) => kind === 'phase' || kind === 'from-cache');
  const found = failed ?? findListed(lines) ?? last;
  return found === undefined || !('name' in found) ? undefined : complete(found, failure);
}

/** The first of 1.3's `The following packages failed to install:`, `labc@1.0/<hash>: <log>`. */
function findListed(lines: readonly string[]): Named | undefined {
  const start = lines.findIndex((line) => line.endsWith('The following packages failed to install:'));
  const [, name, version, hash] = /^([\w.-]+)@=?([^\s/]+)\/([a-z0-9]+): /.exec(lines[start + 1] ?? '') ?? [];
  if (start === -1 || name === undefined) return undefined;
  return { name, ...(version !== undefined && { version }), ...(hash !== undefined && { hash }) };
}

/** The package that a text names by its stage folder. */
export function findStaged(text: string, failure: SpackFailure): FailedPackage | undefined {
  const staged = findStagedPackage(text, new Set(failure.knownPackages));
  return staged && complete(staged, failure);
}

/** The package that the hash in a patch's stage folder means, or its beginning (1.x). */
export function findPatched(text: string, { packages = [] }: SpackFailure): FailedPackage | undefined {
  const [, hash] = /\bspack-stage--([a-z0-9]{7,32})-patch-/.exec(text) ?? [];
  return hash === undefined ? undefined : packages.find((each) => each.hash.startsWith(hash));
}

export function formatPackage({ name, version }: FailedPackage): string {
  return version === undefined ? name : `${name} ${version}`;
}

type Named = FailedPackage & { readonly hash?: string };

/** The lock knows how a name and a version are told apart. */
function complete({ name, version, hash }: Named, { packages = [] }: SpackFailure): FailedPackage {
  const known = packages.find((each) =>
    hash === undefined ? each.name === name : each.hash.startsWith(hash),
  );
  return known ?? { name, ...(version !== undefined && { version }) };
}
