import { readProgressLine } from '../progress-line.ts';
import { readLogExcerpt } from './build-log.ts';
import { findFailedPackage, formatPackage } from './failed-package.ts';
import { type FailureExplanation, readErrors, type SpackFailure } from './failure.ts';

/** A package that was to come from the cache only, and is not there. */
export function explainCacheMiss(failure: SpackFailure): FailureExplanation | undefined {
  const name = findMissed(failure.lines);
  if (name === undefined) return undefined;
  return {
    code: 'SPACK_CACHE_MISS',
    message: `${name} is not in the package cache, and nothing may be built from source`,
    hint: 'allow building from source, or fill the package cache first',
    details: { package: name },
  };
}

function findMissed(lines: readonly string[]): string | undefined {
  const told = lines.find((line) => line.includes('No binary found when cache-only was specified'));
  if (told !== undefined) return /Failed to install (\S+) due to/.exec(told)?.[1] ?? 'a package';
  // From 1.2 on it says only that there is none, and then that the package failed, in lines of states.
  const states = lines
    .filter((line) => line.startsWith('['))
    .flatMap((line) => readProgressLine(line, '/') ?? []);
  const failed = states.find(({ kind }) => kind === 'failed');
  if (failed === undefined || failed.kind === 'duration' || failed.hash === undefined) return undefined;
  const own = states.filter((state) => state.kind !== 'duration' && state.hash === failed.hash);
  return own.at(-2)?.kind === 'from-source' ? failed.name : undefined;
}

/** Anything else that ends the installation of a package: mostly a compiler's error. */
export function explainBuild(failure: SpackFailure): FailureExplanation | undefined {
  const subject = findFailedPackage(failure);
  const [error] = readErrors(failure.lines);
  if (subject === undefined || error === undefined) return undefined;
  const excerpt = readLogExcerpt(failure.lines);
  const command = /^Command exited with status/.test(reasonOf(error.message))
    ? error.lines[0]?.trim()
    : undefined;
  const phase = failure.lines.findLast((line) => line.startsWith(`==> ${subject.name}: Executing phase: `));
  const reason =
    unwrap(findCause(excerpt.errors), failure.buildLog)?.trim() ??
    excerpt.lines.at(-1)?.trim() ??
    withCommand(reasonOf(error.message), command);
  const log = failure.buildLog ?? excerpt.lines;
  return {
    code: 'SPACK_PACKAGE_FAILED',
    message: `${formatPackage(subject)} failed to build: ${reason}`,
    hint: `read the lines of its log; another version, variant or compiler of ${subject.name} may build`,
    details: {
      package: subject.name,
      version: subject.version,
      phase: /'(.+)'$/.exec(phase ?? '')?.[1],
      command,
      errorLines: excerpt.errors.slice(0, 20),
      lastLines: (log.length > 0 ? log : error.lines).slice(-15),
    },
  };
}

/** The first error, but what `configure` gave up for is told after what it only noticed. */
function findCause(errors: readonly string[]): string | undefined {
  return errors.find((line) => line.startsWith('configure: error: ')) ?? errors[0];
}

/** As the log itself has it: where Spack wraps its excerpt a blank may be lost. */
function unwrap(line: string | undefined, buildLog: readonly string[] = []): string | undefined {
  const squeeze = (text: string) => text.replaceAll(/\s/g, '');
  return buildLog.find((each) => line !== undefined && squeeze(each) === squeeze(line)) ?? line;
}

/** Without the kind of the exception, and without what --fail-fast says before. */
function reasonOf(message: string): string {
  return message
    .replace(/^Terminating after first install failure: /, '')
    .replace(/^Failed to install \S+ due to /, '')
    .replace(/^(?:ProcessError|InstallError|ChildError): /, '')
    .replace(/:$/, '');
}

function withCommand(reason: string, command: string | undefined): string {
  return command === undefined ? reason : `${reason}: ${command}`;
}
