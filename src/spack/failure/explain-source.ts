import {
  type FailedPackage,
  findFailedPackage,
  findPatched,
  findStaged,
  formatPackage,
} from './failed-package.ts';
import { type FailureExplanation, joinNames, type SpackFailure } from './failure.ts';

/**
 * `All fetchers failed for spack-stage-…`, then a line for each place that was tried. In 1.3 it stands in
 * a traceback, without `==> Error`.
 */
export function explainFetch(failure: SpackFailure): FailureExplanation | undefined {
  const start = failure.lines.findIndex((line) => line.includes('All fetchers failed for '));
  if (start === -1) return undefined;
  const stage = failure.lines[start] ?? '';
  const tries = takeTries(failure.lines.slice(start + 1));
  const places = [...new Set(tries.flatMap(placeOf))];
  const patch = /-patch-([0-9a-f]{64})/.exec(stage)?.[1];
  const subject =
    (patch === undefined ? findStaged(stage, failure) : findPatched(stage, failure)) ??
    findFailedPackage(failure);
  const what = patch === undefined ? 'the source' : `a patch (sha256 ${patch.slice(0, 12)}…)`;
  const tried = places.length === 0 ? '' : `; tried ${joinNames(places)}`;
  return {
    code: 'SPACK_SOURCE_MISSING',
    message: `${what} of ${nameOf(subject)} could not be fetched${tried}`,
    hint: hintFor(subject),
    details: {
      package: subject?.name,
      version: subject?.version,
      patch,
      places,
      lastLines: tries.map(withoutCredentials).slice(0, 15),
    },
  };
}

/** Spack puts sources and patches where it will look for them. */
function hintFor(subject: FailedPackage | undefined): string {
  const spec = [subject?.name, subject?.version].filter((part) => part !== undefined).join('@');
  const command = `spack mirror create -d FOLDER ${spec || 'PACKAGE'}`;
  return `let the build reach one of those places, or fill a source mirror where there is a network (${command}) and name it in the config: spack.mirrors`;
}

/** `    <url>: URLError: …`, one for each try. */
function takeTries(lines: readonly string[]): string[] {
  const end = lines.findIndex(
    (line) => !/^(?:> |\s)\s*\S.*: \w+(?:Error|Exception)?: |^(?:> |\s)\s*\S+:\/\//.test(line),
  );
  return lines.slice(0, end === -1 ? undefined : end).map((line) => line.replace(/^> /, '').trim());
}

/** A host, or the path of a local mirror. */
function placeOf(text: string): string[] {
  const [, scheme, authority = '', path = ''] =
    /\b([a-z][a-z0-9+.-]*):\/\/([^/\s]*)(\/\S*)?/.exec(text) ?? [];
  if (scheme === undefined) return [];
  if (scheme === 'file') return [path.replace(/:$/, '')];
  return [authority.slice(authority.lastIndexOf('@') + 1)];
}

function withoutCredentials(text: string): string {
  return text.replaceAll(/:\/\/[^/\s@]*@/g, '://');
}

/** `ChecksumError: sha256 checksum failed for <stage>/bzip2-1.0.8.tar.gz`, `Expected … but got … URL = …` */
export function explainChecksum(failure: SpackFailure): FailureExplanation | undefined {
  const start = failure.lines.findIndex((line) => /\b\w+ checksum failed for \S/.test(line));
  if (start === -1) return undefined;
  const [, algorithm = '', file = ''] =
    /\b(\w+) checksum failed for (\S+)/.exec(failure.lines[start] ?? '') ?? [];
  const detail = failure.lines.slice(start, start + 3).join(' ');
  const [, expected = '', actual = ''] = /Expected ([0-9a-f]+) but got ([0-9a-f]+)/.exec(detail) ?? [];
  const [, sizeBytes] = /File size = (\d+) bytes/.exec(detail) ?? [];
  const [place] = placeOf(/URL = (\S+?)[,.]?(?:\s|$)/.exec(detail)?.[1] ?? '');
  const subject = findStaged(file, failure) ?? findPatched(file, failure) ?? findFailedPackage(failure);
  const where = place === undefined ? 'where it came from' : place;
  return {
    code: 'SPACK_CHECKSUM',
    message: `the source of ${nameOf(subject)} is not what its recipe says: ${algorithm} ${short(actual)} instead of ${short(expected)}`,
    hint: `it was cut short or replaced: remove it from ${where} and from the source cache, then build again`,
    details: {
      package: subject?.name,
      version: subject?.version,
      expected,
      actual,
      place,
      ...(sizeBytes !== undefined && { sizeBytes: Number(sizeBytes) }),
    },
  };
}

function short(digest: string): string {
  return digest.length > 12 ? `${digest.slice(0, 12)}…` : digest;
}

function nameOf(subject: FailedPackage | undefined): string {
  return subject === undefined ? 'a package' : formatPackage(subject);
}
