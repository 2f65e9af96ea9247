import { findFailedPackage } from './failed-package.ts';
import type { FailureExplanation, SpackFailure } from './failure.ts';

const fullDisk = /No space left on device|\[Errno 28\]|Disk quota exceeded|\[Errno 122\]/;

const outOfMemory = [
  /\bKilled signal terminated program\b/,
  /internal compiler error: Killed/,
  /virtual memory exhausted/,
  /[Cc]annot allocate memory/,
  /\bmemory exhausted$/,
  /\bout of memory\b/i,
  /std::bad_alloc/,
  /\(signal 9\)/,
  /exited with status -9\b/,
  // Of make and of a shell: `make: *** [all] Killed`, `sh: line 1: 4711 Killed   cc1plus …`.
  /(?:\] |: line \d+:\s+\d+ |^)Killed(?:\s|$)/,
];

/** 128 and the number of SIGKILL. */
const killedExitCode = 137;

/** A full disk or too little memory: whatever else is said follows from it. */
export function explainResources(failure: SpackFailure): FailureExplanation | undefined {
  const lines = errorRegion(failure);
  const full = lines.find((line) => fullDisk.test(line));
  const named = findFailedPackage(failure);
  const details = { package: named?.name, lastLines: lines.slice(-15) };
  const during = named === undefined ? '' : ` while ${named.name} was installed`;
  if (full !== undefined) {
    return {
      code: 'SPACK_DISK_FULL',
      message: `there was no disk space left${during}: ${full.trim()}`,
      hint: 'free space where the engine keeps its images and caches; packages that are installed are kept',
      details,
    };
  }
  const killed = lines.find((line) => outOfMemory.some((pattern) => pattern.test(line)));
  if (killed === undefined && failure.exitCode !== killedExitCode) return undefined;
  const what =
    failure.phase === 'concretize' ? 'Spack ran out of memory while it solved the environment' : undefined;
  const reason = killed === undefined ? '' : `: ${killed.trim()}`;
  return {
    code: 'SPACK_OUT_OF_MEMORY',
    message: `${what ?? `the machine ran out of memory${during}`}${reason}`,
    hint:
      failure.phase === 'concretize'
        ? 'build on a machine with more memory, or ask for fewer packages'
        : 'build with fewer parallel jobs, or on a machine with more memory',
    details,
  };
}

/** From where Spack begins to speak of errors; a log before it may hold such words without meaning. */
function errorRegion({ lines, buildLog = [] }: SpackFailure): readonly string[] {
  const start = lines.findIndex((line) => /^==> Error: |^\[x\] |^-- lines \d+ to \d+ --$/.test(line));
  return [...(start === -1 ? lines.slice(-50) : lines.slice(start)), ...buildLog.slice(-50)];
}
