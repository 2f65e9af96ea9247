import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../engine/events.ts';
import { AppError } from '../../errors/app-error.ts';
import { makeSpackInput } from '../../recipe/recipe.fixture.ts';
import { collectLines, type FailedSpack, toSpackError } from './explain.ts';
import type { PreparedTools } from './spack-port.ts';

let folder: string;

const hdf5 = `class Hdf5(CMakePackage):
    version("1.14.5", sha256="aa")
    version("1.12.3", sha256="bb")
    variant("mpi", default=True, description="MPI")
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-explain-'));
  await write('builtin/packages/hdf5/package.py', hdf5);
  await write('builtin/packages/py_numpy/package.py', 'class PyNumpy:\n    version("1.26.4")\n');
  await write('builtin/packages/_7zip/package.py', 'class _7zip:\n    pass\n');
  await write('catalogue/packages/kratos/package.py', 'class Kratos:\n    version("9.4")\n');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

const prepared = (): PreparedTools => ({
  tools: makeSpackInput().tools,
  folders: {
    spack: join(folder, 'spack'),
    packages: join(folder, 'builtin'),
    catalogue: { repo: join(folder, 'catalogue'), place: '' },
  },
  warnings: [],
  commits: {},
});

const engineError = new AppError('ENGINE_BUILD_FAILED', 'concretize failed', {
  details: { stage: 'concretize', exitCode: 1, lastLines: [] },
});

const explain = (lines: readonly string[], changes: Partial<FailedSpack> = {}) =>
  toSpackError(engineError, { phase: 'concretize', lines, target: 'zen3', prepared: prepared(), ...changes });

describe('a failed solve', () => {
  test.each([
    ['hfd5', 'hdf5'],
    ['krato', 'kratos'],
    ['py-nunpy', 'py-numpy'],
  ])('the package %s is not known, %s is near', async (name, nearest) => {
    const error = await explain([`==> Error: Package '${name}' not found.`], { specs: [name] });
    expect(error.code).toBe('SPACK_UNKNOWN_PACKAGE');
    expect(error.hint).toBe(`did you mean ${nearest}?`);
  });

  test('a version that the recipe lacks is answered with those that it has', async () => {
    const error = await explain(
      [
        '==> Error: failed to concretize `hdf5@1.99` for the following reasons:',
        "     1. Cannot satisfy 'hdf5@1.99'",
      ],
      { specs: ['hdf5@1.99'] },
    );
    expect(error.code).toBe('SPACK_UNKNOWN_VERSION');
    expect(`${error.message} ${error.hint}`).toContain('1.14.5');
  });

  test('what nobody knows is told in the words of Spack, with the stage and the cause kept', async () => {
    const error = await explain(['==> Error: something new']);
    expect(error).toMatchObject({ code: 'SPACK_FAILED', details: { stage: 'concretize' } });
    expect(error.message).toContain('something new');
    expect(error.cause).toBe(engineError);
  });

  test('without any recipes on disk it is explained all the same', async () => {
    await rm(folder, { recursive: true });
    const error = await explain(["==> Error: Package 'hfd5' not found."], { specs: ['hfd5'] });
    expect(error.code).toBe('SPACK_UNKNOWN_PACKAGE');
  });
});

describe('a failed installation', () => {
  test('names the source mirrors of the site by their folders', async () => {
    const archive = '_source-cache/archive/b3/b3a2.tar.gz';
    const lines = [
      `==> Error: FetchError: All fetchers failed for spack-stage-hdf5-1.14.5-${'a'.repeat(32)}`,
      `    file:///opt/cic/mirrors/0/${archive}: URLError: <urlopen error [Errno 2] No such file>`,
      `    https://mirror.example.org/${archive}: URLError: <urlopen error [Errno -2] Name or service not known>`,
      `    file:///opt/cic/mirrors/2/${archive}: URLError: <urlopen error [Errno 2] No such file>`,
    ];
    const tools: PreparedTools['tools'] = {
      ...makeSpackInput().tools,
      mirrors: [
        { kind: 'folder', folder: '/srv/spack/mirror' },
        { kind: 'url', url: 'https://mirror.example.org' },
        { kind: 'folder', folder: '/srv/more' },
      ],
    };
    const error = await explain(lines, { phase: 'install', prepared: { ...prepared(), tools } });
    expect(error.message).toBe(
      `the source of hdf5 1.14.5 could not be fetched; tried /srv/spack/mirror/${archive}, mirror.example.org and /srv/more/${archive}`,
    );
    expect(JSON.stringify(error.details)).not.toContain('/opt/cic/mirrors');
  });

  test("shows the end of the package's own log", async () => {
    const hash = 'js7rtsbwt5zmrgn32adsifjvek4otzve';
    const lines = [
      `==> Installing zlib-1.3.1-${hash} [1/2]`,
      "==> zlib: Executing phase: 'build'",
      '==> Error: ProcessError: Command exited with status 2:',
      "    'make' '-j2'",
      `cic: end of /tmp/root/spack-stage/spack-stage-zlib-1.3.1-${hash}/spack-build-out.txt`,
      'inflate.c:12:3: error: expected expression',
      'make: *** [Makefile:7: inflate.o] Error 1',
    ];
    const error = await explain(lines, { phase: 'install', packages: makeSpackInput().lock.nodes });
    expect(error.code).toBe('SPACK_PACKAGE_FAILED');
    expect(error.message).toContain('zlib');
    expect(JSON.stringify(error.details)).toContain('expected expression');
  });
});

describe('listening to a stage', () => {
  const log = (stage: 'spack' | 'pip', line: string): EngineEvent => ({
    kind: 'log',
    stage,
    line,
    stream: 'stdout',
  });

  test('keeps the lines of that stage, and hands everything on', () => {
    const events: EngineEvent[] = [];
    const { lines, onEvent } = collectLines('spack', (event) => events.push(event));
    onEvent(log('spack', 'one'));
    onEvent(log('pip', 'two'));
    onEvent({ kind: 'stage-started', stage: 'spack', title: 'spack' });
    expect(lines).toEqual(['one']);
    expect(events).toHaveLength(3);
  });

  test('forgets the beginning of a very long log', () => {
    const { lines, onEvent } = collectLines('spack', () => undefined);
    for (let index = 0; index < 25_000; index++) onEvent(log('spack', String(index)));
    expect(lines.length).toBeLessThanOrEqual(10_000);
    expect(lines.at(-1)).toBe('24999');
  });
});
