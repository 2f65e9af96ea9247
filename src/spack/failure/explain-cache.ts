import { findFailedPackage, formatPackage } from './failed-package.ts';
import { type FailureExplanation, joinNames, type SpackFailure } from './failure.ts';

/**
 * `Failed to push 1 specs to <cache>:`, then `Failed to push <name>@<version>/<hash>: <reason>`. The package
 * itself was built, and is in the caches that come before this one.
 */
export function explainCachePush(failure: SpackFailure): FailureExplanation | undefined {
  const { lines } = failure;
  const start = lines.findIndex((line) => /\bFailed to push \d+ specs? to \S/.test(line));
  if (start === -1) return undefined;
  const [, cache = ''] = /specs? to (\S+?):?$/.exec(lines[start] ?? '') ?? [];
  const told = lines.slice(start + 1).find((line) => /\bFailed to push \S+@\S/.test(line)) ?? '';
  const [, name, version, reason = 'Spack does not say why'] =
    /Failed to push ([\w.-]+)@=?([^/\s]+)\S*: (.+)$/.exec(told) ?? [];
  const subject = name === undefined ? findFailedPackage(failure) : { name, ...(version && { version }) };
  return {
    code: 'SPACK_CACHE_UNWRITABLE',
    message: `${subject === undefined ? 'a package' : formatPackage(subject)} was built, but could not be put into the package cache ${cache}: ${reason}`,
    hint: hintFor(reason),
    details: { package: subject?.name, version: subject?.version, cache, reason },
  };
}

function hintFor(reason: string): string {
  if (/\b(?:401|403)\b|unauthorized|denied|log ?in\b/i.test(reason))
    return 'name credentials that may write there in the config: spack.cache_credentials_file';
  if (/certificate/i.test(reason))
    return "name the file with the registry's certificate authority in the config: network.ca_bundle";
  if (/WRONG_VERSION_NUMBER/.test(reason))
    return 'the registry speaks plain HTTP: write oci+http:// in spack.cache if that is meant';
  const keys = ['spack.cache in the config is right', 'builds reach it', 'it has space'];
  return `check that ${joinNames(keys)}; packages that are finished are not compiled again`;
}
