import { describe, expect, test } from 'vitest';
import { createProgressReader, type PackageEvent, type ProgressOptions } from './progress.ts';

const jansson = { name: 'jansson', version: '2.14', hash: 'lx4yqyf5xh3d7p2jvk6qn4bqz3d5ykwt' };
const lz4 = { name: 'lz4', version: '1.9.4', hash: 'x6t3slzn2m5qj4zrhq3vpt7kw6d2fymo' };
const packages = [jansson, lz4];
const idOf = ({ name, version, hash }: typeof jansson) => `${name}-${version}-${hash}`;
const pathOf = (each: typeof jansson) => `/opt/software/linux-zen3/${idOf(each)}`;

function readAll(lines: readonly string[], options: Partial<ProgressOptions> = {}): PackageEvent[] {
  const reader = createProgressReader({ packages, ...options });
  return lines.flatMap((line) => reader.push(line));
}

/** `kind name phase installed/total`, as far as an event has them. */
function summarise(events: readonly PackageEvent[]): string[] {
  return events.map((event) => {
    const phase = event.kind === 'package-phase' ? ` ${event.phase}` : '';
    return `${event.kind.replace('package-', '')} ${event.name}${phase} ${event.installed}/${event.total}`;
  });
}

describe('the installer of Spack 0.23 and 1.1', () => {
  test('a compiled package: phases, time, count', () => {
    const events = readAll([
      `==> No binary for ${idOf(jansson)} found: installing from source`,
      '==> Fetching file:///sources/_source-cache/archive/6c/6c.tar.gz',
      '==> No patches needed for jansson',
      "==> jansson: Executing phase: 'cmake'",
      "==> jansson: Executing phase: 'build'",
      "==> jansson: Executing phase: 'install'",
      '==> Pushed jansson@2.14/lx4yqyf',
      `==> jansson: Successfully installed ${idOf(jansson)}`,
      '  Stage: 0.02s.  Cmake: 6.67s.  Build: 3m 45.49s.  Install: 0.50s.  Post-install: 0.11s.  Total: 3m 52.79s',
      `[+] ${pathOf(jansson)}`,
      `==> Installing ${idOf(jansson)} [11/16]`,
    ]);
    expect(summarise(events)).toEqual([
      'started jansson 0/2',
      'phase jansson cmake 0/2',
      'phase jansson build 0/2',
      'phase jansson install 0/2',
      'installed jansson 1/2',
    ]);
    expect(events.at(-1)).toEqual({
      kind: 'package-installed',
      ...jansson,
      seconds: 232.79,
      fromCache: false,
      installed: 1,
      total: 2,
    });
  });

  test('a package from the cache', () => {
    const events = readAll([
      `==> Installing ${idOf(lz4)} [3/5]`,
      `==> Extracting ${idOf(lz4)} from binary cache`,
      `==> lz4: Successfully installed ${idOf(lz4)}`,
      '  Search: 0.00s.  Fetch: 0.03s.  Install: 0.06s.  Extract: 0.04s.  Relocate: 0.01s.  Total: 0.10s',
      `[+] ${pathOf(lz4)}`,
    ]);
    expect(summarise(events)).toEqual(['started lz4 0/2', 'phase lz4 extract 0/2', 'installed lz4 1/2']);
    expect(events.at(-1)).toMatchObject({ ...lz4, seconds: 0.1, fromCache: true });
  });

  test('externals do not count, and no package counts twice', () => {
    const external = `[+] /usr (external gcc-12.2.0-${jansson.hash})`;
    const events = readAll([external, '[+] /usr', `[+] ${pathOf(lz4)}`, `[+] ${pathOf(lz4)}`]);
    expect(summarise(events)).toEqual(['started lz4 0/2', 'installed lz4 1/2']);
  });

  test('a package that was installed before is told without a time', () => {
    expect(readAll([`[+] ${pathOf(lz4)}`]).at(-1)).not.toHaveProperty('seconds');
  });

  test('a package that fails to compile is known by its stage folder, once', () => {
    const stage = `  /tmp/stage/spack-stage-${idOf(jansson)}/spack-build-out.txt`;
    const events = readAll([
      "==> jansson: Executing phase: 'build'",
      '==> Error: ProcessError: Command exited with status 2:',
      "    '/usr/bin/make' '-j2'",
      'See build log for details:',
      stage,
      `==> Warning: Skipping build of ${idOf(lz4)} since ${idOf(jansson)} failed`,
      '==> Error: Terminating after first install failure: ProcessError: Command exited with status 2:',
      stage,
    ]);
    expect(summarise(events)).toEqual([
      'started jansson 0/2',
      'phase jansson build 0/2',
      'failed jansson 0/2',
    ]);
  });

  test.each([
    `==> Error: FetchError: All fetchers failed for spack-stage-${idOf(lz4)}`,
    `==> Error: ChecksumError: sha256 checksum failed for /tmp/stage/spack-stage-${idOf(lz4)}/lz4-1.9.4.tar.gz`,
    '==> Error: Failed to install lz4 due to InstallError: No binary found when cache-only was specified',
  ])('%s', (line) => {
    expect(readAll([line]).at(-1)).toEqual({ kind: 'package-failed', ...lz4, installed: 0, total: 2 });
  });
});

describe('the installer of Spack 1.3', () => {
  test('two packages at once, one from the cache', () => {
    const events = readAll([
      '[e] 4suibcu gcc@12.2.0 /usr (0s)',
      '[ ] x6t3slz lz4@1.9.4 fetching from build cache',
      '[ ] lx4yqyf jansson@2.14 fetching from build cache (0s)',
      '[ ] lx4yqyf jansson@2.14 no binary available (0s)',
      '[ ] lx4yqyf jansson@2.14 staging (0s)',
      '[ ] x6t3slz lz4@1.9.4 relocating (1s)',
      '[ ] lx4yqyf jansson@2.14 cmake (2s)',
      '[+] x6t3slz lz4@1.9.4 /opt/software/linux-zen3/lz4 (19s)',
      '[+] lx4yqyf jansson@2.14 /opt/software/linux-zen3/jansson (3m05s)',
    ]);
    expect(summarise(events)).toEqual([
      'started lz4 0/2',
      'phase lz4 fetching from build cache 0/2',
      'started jansson 0/2',
      'phase jansson fetching from build cache 0/2',
      'phase jansson staging 0/2',
      'phase lz4 relocating 0/2',
      'phase jansson cmake 0/2',
      'installed lz4 1/2',
      'installed jansson 2/2',
    ]);
    expect(events.at(-2)).toMatchObject({ ...lz4, seconds: 19, fromCache: true });
    expect(events.at(-1)).toMatchObject({ ...jansson, seconds: 185, fromCache: false });
  });

  test('a failure, with colours', () => {
    const line =
      '\x1b[31m[x]\x1b[0m \x1b[0;90mx6t3slz\x1b[0m lz4\x1b[0;36m@1.9.4\x1b[0m failed: /tmp/lz4-abc.log (1s)';
    expect(summarise(readAll([line]))).toEqual(['started lz4 0/2', 'failed lz4 0/2']);
  });
});

test('the lock gives version and hash to a line that has the name only', () => {
  expect(readAll(["==> lz4: Executing phase: 'build'"])[0]).toMatchObject(lz4);
});

test('of two packages of one name the line belongs to the one that is being installed', () => {
  const other = { ...lz4, hash: 'a'.repeat(32) };
  const events = readAll(
    [
      "==> lz4: Executing phase: 'build'",
      `==> lz4: Successfully installed ${idOf(other)}`,
      `[+] ${pathOf(other)}`,
      "==> lz4: Executing phase: 'build'",
      `[+] ${pathOf(lz4)}`,
    ],
    { packages: [lz4, other] },
  );
  expect(events.filter(({ kind }) => kind === 'package-installed').map(({ hash }) => hash)).toEqual([
    other.hash,
    lz4.hash,
  ]);
  expect(events.at(-1)?.installed).toBe(2);
});

test('packages beyond the lock raise the total', () => {
  const events = readAll([`[+] ${pathOf(lz4)}`], { packages: [], total: 0, installRoot: '/opt/software/' });
  expect(summarise(events)).toEqual(['started lz4 0/0', 'installed lz4 1/1']);
});

test.each([
  '',
  '    123    [+] /opt/software/x',
  '==> Installing build dependencies',
  '-- Installing: /opt/software/x/lib/libx.so',
  '  Total: many',
  '[1] abc',
])('%j says nothing of a package', (line) => {
  expect(readAll([line])).toEqual([]);
});
