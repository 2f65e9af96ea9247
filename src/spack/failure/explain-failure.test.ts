import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainSpackFailure } from './explain-failure.ts';
import {
  labcHash,
  labcStage,
  mpichHash,
  newBuildFailure,
  oldBuildFailure,
  zlibHash,
} from './failure.fixture.ts';
import type { FailureExplanation, SpackFailure } from './failure.ts';

const known: Partial<SpackFailure> = {
  target: 'zen3',
  compiler: { name: 'gcc', version: '12.2.0' },
  knownPackages: ['zlib', 'zlib-ng', 'mpich', 'py-numpy', 'netcdf-c', 'netcdf-fortran', 'hdf5', 'labc'],
  versionsOf: (name) => (name === 'zlib' ? ['1.3.1', '1.3', '1.2.13'] : undefined),
  variantsOf: (name) =>
    ({
      zlib: [{ name: 'pic' }, { name: 'shared' }, { name: 'optimize' }],
      mpich: [{ name: 'device', values: ['ch3', 'ch4', 'ch3:sock'] }, { name: 'netmod' }],
    })[name],
};

function explain(lines: readonly string[] | string, options: Partial<SpackFailure> = {}): FailureExplanation {
  const all = typeof lines === 'string' ? lines.split('\n') : lines;
  return explainSpackFailure({ phase: 'concretize', ...known, ...options, lines: all });
}

/** A failed solve with these reasons, as all versions print it. */
function explainReasons(reasons: readonly string[], options: Partial<SpackFailure> = {}): FailureExplanation {
  const numbered = reasons.map((reason, index) => `     ${index + 1}. ${reason}`);
  return explain(['==> Error: failed to concretize `zlib` for the following reasons:', ...numbered], options);
}

describe('apt, which brings compilers before Spack solves', () => {
  test.each([
    ['E: Unable to locate package gcc-11', 'Unable to locate package gcc-11', 'have the suite'],
    ['E: Failed to fetch http://mirror/x.deb  Connection refused', 'Failed to fetch', 'the network'],
  ])('is told apart from Spack: %s', (line, message, hint) => {
    const explanation = explain(['Reading package lists...', line]);
    expect(explanation.code).toBe('ENGINE_BUILD_FAILED');
    expect(explanation.message).toContain(`apt could not install what Spack compiles with: ${message}`);
    expect(explanation.hint).toContain(hint);
  });

  test('is not taken for the cause where Spack ran', () => {
    const lines = ['E: warning of a script', '==> Error: something new'];
    expect(explain(lines).code).toBe('SPACK_FAILED');
    expect(explain(['E: a line of a package'], { phase: 'install' }).code).toBe('SPACK_FAILED');
  });
});

describe('names', () => {
  test.each([
    [
      "==> Error: cannot concretize 'zlibb', since 'zlibb' does not exist",
      'Spack has no package "zlibb"',
      'did you mean zlib?',
    ],
    [
      "==> Error: Package 'numpy' not found.\nUse 'spack create' to create a new package.",
      'Spack has no package "numpy"',
      'did you mean py-numpy?',
    ],
    [
      "==> Error: cannot concretize 'hdf5 ^netcdf', since 'netcdf' does not exist",
      'Spack has no package "netcdf" (in "hdf5 ^netcdf")',
      'did you mean netcdf-c or netcdf-fortran?',
    ],
    [
      "==> Error: cannot concretize 'libhdf5-dev', since 'libhdf5-dev' does not exist",
      'Spack has no package "libhdf5-dev"',
      'did you mean hdf5?',
    ],
    [
      "==> Error: cannot concretize 'quux', since 'quux' does not exist",
      'Spack has no package "quux"',
      'compare the name with the packages of Spack and of the software catalogue',
    ],
  ])('%s', (lines, message, hint) => {
    expect(explain(lines)).toMatchObject({ code: 'SPACK_UNKNOWN_PACKAGE', message, hint });
  });

  test("without a list of packages Spack's own proposals count", () => {
    const lines = [
      "==> Error: Package 'zlibb' not found.",
      "Use 'spack create' to create a new package.",
      '',
      'Did you mean one of the following packages?',
      '  zlib',
      '  zlib-api',
    ];
    const { hint } = explainSpackFailure({ phase: 'concretize', lines });
    expect(hint).toBe('did you mean zlib or zlib-api?');
  });

  test.each([
    [
      '==> Error: No version exists that satisfies these input specs:\n    zlib@1.2.9 target=zen3',
      'zlib has no version 1.2.9',
      'zlib has 1.2.13, 1.3.1, 1.3',
    ],
    [
      '==> Error: No version exists that satisfies these input specs:\n    mpich@99, zlib@9.9.9',
      'mpich has no version 99 and zlib has no version 9.9.9',
      'zlib has 1.3.1, 1.3, 1.2.13',
    ],
    [
      '==> Error: No version exists that satisfies these input specs:\n    mpich@99',
      'mpich has no version 99',
      'leave the version out, or ask for one that the recipe has',
    ],
    [
      '==> Error: Version requirement 1.2.0 on zlib for zlib cannot match any known version from package.py or externals',
      'zlib has no version 1.2.0',
      'zlib has 1.2.13, 1.3.1, 1.3',
    ],
    [
      '==> Error: The following input specs can only be satisfied by deprecated versions:\n    zlib@1.2.11\nRun with --deprecated to allow Spack to use these versions.',
      'zlib 1.2.11 is deprecated, so Spack refuses it',
      'zlib has 1.2.13, 1.3.1, 1.3',
    ],
  ])('%s', (lines, message, hint) => {
    expect(explain(lines)).toMatchObject({ code: 'SPACK_UNKNOWN_VERSION', message, hint });
  });

  test('a version of a recipe that computes them is a conflict: whether it exists is not known', () => {
    const reasons = ["Cannot satisfy 'cuda@13' 1(12.6.3)"];
    expect(explainReasons(reasons, { versionsOf: () => [] })).toMatchObject({
      code: 'SPACK_CONFLICT',
      hint: expect.stringMatching(/cuda is asked for as 13, but 12\.6\.3 is chosen .* GPU of the machine/),
    });
  });

  test.each([
    [
      "==> Error: No such variant {'sharde'} for spec: 'hdf5 ^zlib+sharde'",
      'zlib has no variant "sharde"',
      'did you mean "shared"? it has pic, shared, optimize',
    ],
    [
      "==> Error: No such variant {'a1', 'b2'} for spec: 'zlib+a1~b2'",
      'zlib has no variant "a1" or "b2"',
      'it has pic, shared, optimize',
    ],
    [
      "==> Error: No such variant 'nosuch' in package hdf5",
      'hdf5 has no variant "nosuch"',
      'leave the variant out, or use one that the recipe has',
    ],
    [
      "==> Error: invalid values for variant 'device' in package mpich: 'ch9'\n",
      'the variant device of mpich cannot be "ch9"',
      'did you mean "ch3"? device is one of ch3, ch4, ch3:sock',
    ],
    [
      "==> Error: invalid values for variant 'api' in package hdf5: 'v9'\n",
      'the variant api of hdf5 cannot be "v9"',
      'see which values the recipe of hdf5 has for api',
    ],
  ])('%s', (lines, message, hint) => {
    expect(explain(lines)).toMatchObject({ code: 'SPACK_UNKNOWN_VARIANT', message, hint });
  });
});

describe('texts that Spack cannot read', () => {
  test.each(['unexpected characters in the spec string', 'unexpected tokens in the spec string'])(
    '%s',
    (reason) => {
      expect(explain([`==> Error: ${reason}`, 'zlib@@1.2', '    ^    '])).toMatchObject({
        code: 'SPACK_SYNTAX',
        message: `"zlib@@1.2" is no spec: ${reason} at column 5`,
        hint: expect.stringContaining('write a version after @'),
        details: { spec: 'zlib@@1.2', column: 5 },
      });
    },
  );

  test('a key of the environment', () => {
    const line =
      "==> Error: /build/spack.yaml:2: Additional properties are not allowed ('packagess' was unexpected)";
    expect(explain(line)).toMatchObject({
      code: 'SPACK_CONFIG_INVALID',
      message: 'spack.yaml, line 2: Spack knows no key "packagess" here',
      hint: 'did you mean "packages"?',
      details: { file: '/build/spack.yaml', line: 2 },
    });
    expect(explain("==> Error: /b/spack.yaml:7: True is not of type 'array'").message).toBe(
      "spack.yaml, line 7: True is not of type 'array'",
    );
  });
});

describe('an environment without a solution', () => {
  test('the first reason is quoted, and the hint says it in plain words', () => {
    const explanation = explain([
      '==> Error: failed to concretize `mpich@4.1 device=ch4 netmod=tcp target=zen3` for the following reasons:',
      "     1. mpich: 'netmod=tcp' conflicts with 'device=ch4'",
      "     2. mpich: 'netmod=tcp' conflicts with 'device=ch4'",
      '        required because conflict is triggered when netmod=tcp ',
      '          required because mpich@4.1 device=ch4 netmod=tcp target=zen3 requested explicitly ',
    ]);
    expect(explanation).toMatchObject({
      code: 'SPACK_CONFLICT',
      message: "the environment has no solution: mpich: 'netmod=tcp' conflicts with 'device=ch4'",
      hint: 'the recipe of mpich forbids netmod=tcp together with device=ch4: change one of them',
    });
    expect(explanation.details['lastLines']).toContain(
      '        required because conflict is triggered when netmod=tcp',
    );
  });

  test('lines of the solver before the error, and reasons that follow from the first, do not count (1.3)', () => {
    const explanation = explain([
      '/opt/spack/lib/spack/spack/solver/concretize.lp:129:10-40: info: atom does not occur in any rule head:',
      '  error_atom',
      '==> Error: failed to concretize `zlib` for the following reasons:',
      "     1. zlib: 'build_system=makefile' conflicts with 'platform=windows'",
      '     2. Cannot find a valid provider for virtual libc',
    ]);
    expect(explanation.message).toContain("'build_system=makefile' conflicts with");
  });

  test.each([
    [
      "Cannot satisfy 'zlib@1.2.13' 1(1.3.1)",
      'zlib is asked for as 1.2.13, but 1.3.1 is chosen for another reason',
    ],
    ["Cannot satisfy 'zlib@1.2.13' (version 1.3.1 does not match)", 'but 1.3.1 is chosen for another reason'],
    ["Cannot satisfy 'zlib@1.2.13' (selected version 1.3.1 does not match)", 'but 1.3.1 is chosen'],
    ["Cannot satisfy 'zlib@1.2.13' and 'zlib@1.3'", 'but 1.3 is chosen for another reason'],
    ["Cannot satisfy 'zlib@1.2.13'", 'but something else asks for another one'],
    ["cannot satisfy a requirement for package 'mpi'.", "say of mpi with the machine's MPI"],
    [
      "cannot satisfy a requirement for package 'zlib'.",
      'say of zlib with what is required of it (or of `all`)',
    ],
    [
      'Cannot build cuda, since it is configured `buildable:false` and no externals satisfy the request',
      'cuda is not built but taken from the base image',
    ],
    [
      "Cannot set variant 'api' for package 'hdf5' because the variant condition cannot be satisfied for the given spec",
      'hdf5 has the variant api only under conditions',
    ],
    [
      "'fftw' requires conflicting variant values '+mpi' and '~mpi'",
      'one package asks for fftw +mpi, another one for fftw ~mpi',
    ],
    ["'tcl' is not a valid dependency for any package in the DAG", 'nothing in the environment uses tcl'],
    ['Cannot find a valid provider for virtual lapack', 'no package that provides lapack fits'],
    ['something that no table has', 'drop or loosen what the reason names'],
  ])('%s', (reason, hint) => {
    const explanation = explainReasons([reason, 'Cannot find a valid provider for virtual libc']);
    expect(explanation).toMatchObject({
      code: 'SPACK_CONFLICT',
      message: `the environment has no solution: ${reason}`,
      hint: expect.stringContaining(hint),
      details: { reasons: [reason, 'Cannot find a valid provider for virtual libc'] },
    });
  });

  test('specs that ask for versions of the same package are named', () => {
    const specs = ['hdf5 ^zlib@1.2.13', 'zlib@1.3', 'mpich'];
    expect(explainReasons(["Cannot satisfy 'zlib@1.2.13' 1(1.3)"], { specs }).hint).toBe(
      'zlib is asked for as 1.2.13, but 1.3 is chosen for another reason, and an environment has one version of each package: "hdf5 ^zlib@1.2.13" and "zlib@1.3" ask for versions of it',
    );
    expect(explainReasons(['Cannot select a single "version" for package "zlib"'], { specs }).hint).toBe(
      'several versions of zlib are asked for, and an environment has one of each package: "hdf5 ^zlib@1.2.13" and "zlib@1.3" ask for versions of it',
    );
  });

  test('a version that the recipe does not have is told as such (0.23 has no words of its own for it)', () => {
    expect(explainReasons(["Cannot satisfy 'zlib@9.9.9'"])).toMatchObject({
      code: 'SPACK_UNKNOWN_VERSION',
      message: 'zlib has no version 9.9.9',
    });
    expect(
      explainReasons(["Package 'zlib' needs the deprecated version '1.2.11', and this is not allowed"]),
    ).toMatchObject({
      code: 'SPACK_UNKNOWN_VERSION',
      message: 'zlib 1.2.11 is deprecated, so Spack refuses it',
      hint: 'zlib has 1.2.13, 1.3.1, 1.3',
    });
  });

  test('a value that a variant cannot have', () => {
    expect(explainReasons(["'device=ch44' is not a valid value for 'mpich' variant 'device'"])).toMatchObject(
      {
        code: 'SPACK_UNKNOWN_VARIANT',
        hint: 'did you mean "ch4"? device is one of ch3, ch4, ch3:sock',
      },
    );
  });

  test('a solver that gives no reason', () => {
    const lines = [
      '==> Error: Spack concretizer internal error. Please submit a bug report and include the command, environment if applicable and the following error message.',
      '    cmake@3.30 is unsatisfiable',
    ];
    expect(explain(lines)).toMatchObject({
      code: 'SPACK_CONFLICT',
      message: '"cmake@3.30" has no solution, and Spack gives no reason',
    });
  });
});

describe('microarchitectures', () => {
  test('a compiler that is too old: which version could, and what it can compile for', () => {
    const reasons = ['zlib', 'lz4'].map(
      (name) => `${name} compiler 'gcc@12.2.0' incompatible with 'target=zen5'`,
    );
    expect(explainReasons(reasons, { target: 'zen5' })).toMatchObject({
      code: 'SPACK_TARGET_UNSUPPORTED',
      message: 'gcc 12.2.0 cannot compile for zen5 (zlib and lz4)',
      hint: 'use gcc 14.1 or newer, or name the microarchitecture zen4, for which gcc 12.2.0 compiles',
      details: { compiler: 'gcc', version: '12.2.0', minVersion: '14.1', bestSupported: 'zen4' },
    });
  });

  test("a compiler by the name of Spack 1's package", () => {
    expect(explainReasons(["zlib compiler 'llvm@14.0.6' incompatible with 'target=zen5'"]).hint).toContain(
      'use llvm 19.1',
    );
  });

  test('a compiler that could, if this Spack knew', () => {
    expect(explainReasons(["zlib compiler 'gcc@14.2.0' incompatible with 'target=zen5'"]).hint).toBe(
      'use a newer compiler or another microarchitecture',
    );
  });

  test('another CPU family than that of the machine', () => {
    const reasons = [
      'Cannot select a single "node_target" for package "gcc"',
      "'gcc target=neoverse_v1' is not compatible with this machine",
    ];
    expect(explainReasons(reasons)).toMatchObject({
      code: 'SPACK_TARGET_UNSUPPORTED',
      message: 'the machine that builds cannot build for neoverse_v1',
      hint: 'build on a machine of that CPU family (aarch64), or allow emulation',
    });
  });

  test('a name that nobody knows, in the words of 1.1 and of 1.3', () => {
    const old = explainReasons(["'gcc target=zen2' cannot satisfy constraint 'target=zen9'"]);
    const now = explain(
      "==> Error: /b/spack.yaml:8: 'target=zen9' contains unknown targets. Run 'spack arch --known-targets' to see valid targets.",
    );
    for (const explanation of [old, now]) {
      expect(explanation).toMatchObject({
        code: 'SPACK_TARGET_UNSUPPORTED',
        message: 'this Spack does not know the microarchitecture zen9',
        hint: 'did you mean zen, zen2, zen3, zen4 or zen5? `cic machines` lists all names',
      });
    }
  });

  test('a name that is newer than this Spack', () => {
    const line = "==> Error: /b/spack.yaml:8: 'target=zen5' contains unknown targets. Run";
    expect(explain(line).hint).toBe('use a newer Spack, or the vendor-neutral x86_64_v4');
  });

  test('the reason with many causes is quoted; a spec with another target is pointed at', () => {
    const reasons = [
      'Cannot select a single "node_target" for package "zlib"',
      'Cannot find compatible targets for zlib and glibc',
    ];
    expect(explainReasons(reasons)).toMatchObject({
      code: 'SPACK_CONFLICT',
      message: 'the environment has no solution: Cannot select a single "node_target" for package "zlib"',
      hint: "look for `target=` in the specs and under `packages:` (zlib's own `require` and externals too)",
    });
    expect(explainReasons(reasons, { specs: ['lz4', 'zlib target=x86_64_v3'] }).hint).toBe(
      '"zlib target=x86_64_v3" asks for another microarchitecture than zen3, which is required: take its target out',
    );
  });
});

describe('a compiler that is not there', () => {
  test.each([
    [
      '1.1',
      [
        'Cannot build gcc, since it is configured `buildable:false` and no externals satisfy the request',
        'Only external, or concrete, compilers are allowed for the c language',
      ],
    ],
    ['1.3', ['Only external, or concrete, compilers are allowed for the c language']],
    ['0.23', ['Compiler gcc@13 requested for zlib cannot be found.']],
    ['0.23', ["No valid compiler for zlib satisfies '%gcc@13'"]],
    ['0.23', ["Package zlib cannot satisfy '%gcc@13'"]],
    ['0.23', ['Cannot set the required compiler: zlib%gcc@13']],
  ])('Spack %s: %j', (_version, reasons) => {
    expect(explainReasons(reasons, { specs: ['lz4', 'zlib %gcc@13'] })).toMatchObject({
      code: 'SPACK_COMPILER_MISSING',
      message: 'the compiler gcc@13 is not there',
      hint: 'ask for gcc 12.2.0, which is there, or name g++-13 under `apt:` where the suite has it',
    });
  });

  test.each([
    '==> Error: No compilers with spec gcc@13 found for operating system debian12 and target zen2.',
    '==> Error: No compilers match spec gcc@13',
  ])('outside of the solver: %s', (line) => {
    expect(explain(line).message).toBe('the compiler gcc@13 is not there');
  });
});

describe('sources', () => {
  const install = { phase: 'install' } as const;

  test('a source that is nowhere: the package and where it was looked for', () => {
    const lines = [
      `==> Error: FetchError: All fetchers failed for spack-stage-zlib-1.2.13-${zlibHash}`,
      '    file:///mirror/_source-cache/archive/b3/b3a2.tar.gz: URLError: <urlopen error [Errno 2] No such file>',
      '    https://user:secret@sources.example.org/zlib-1.2.13.tar.gz: URLError: <urlopen error [Errno -2] Name or service not known>',
      '',
      `==> Warning: Skipping build of hdf5-1.14.6-${labcHash} since zlib-1.2.13-${zlibHash} failed`,
    ];
    const explanation = explain(lines, install);
    expect(explanation).toMatchObject({
      code: 'SPACK_SOURCE_MISSING',
      message:
        'the source of zlib 1.2.13 could not be fetched; tried /mirror/_source-cache/archive/b3/b3a2.tar.gz and sources.example.org',
      hint: 'let the build reach one of those places, or fill a source mirror where there is a network (spack mirror create -d FOLDER zlib@1.2.13) and name it in the config: spack.mirrors',
      details: { package: 'zlib', version: '1.2.13' },
    });
    expect(JSON.stringify(explanation)).not.toContain('secret');
  });

  test.each([mpichHash, mpichHash.slice(0, 7)])('a patch: its package by the hash %s', (hash) => {
    const patch = 'c'.repeat(64);
    const lines = [
      `==> Error: FetchError: All fetchers failed for spack-stage--${hash}-patch-${patch}`,
      '    https://patches.example.org/fix.patch: URLError: <urlopen error timed out>',
    ];
    const packages = [{ name: 'mpich', version: '4.0.2', hash: mpichHash }];
    expect(explain(lines, { ...install, packages }).message).toBe(
      'a patch (sha256 cccccccccccc…) of mpich 4.0.2 could not be fetched; tried patches.example.org',
    );
  });

  test('in the traceback of 1.3', () => {
    const lines = [
      `[x] js7rtsb zlib@1.2.13 failed: /tmp/zlib.log (1s)`,
      '-- lines 1 to 9 --',
      '  Traceback (most recent call last):',
      `> spack.error.FetchError: All fetchers failed for spack-stage-zlib-1.2.13-${zlibHash}`,
      '      https://sources.example.org/zlib-1.2.13.tar.gz: URLError: <urlopen error timed out>',
      '==> Error: The following packages failed to install:',
      'zlib@1.2.13/js7rtsb: /tmp/zlib.log',
    ];
    expect(explain(lines, install)).toMatchObject({
      code: 'SPACK_SOURCE_MISSING',
      message: 'the source of zlib 1.2.13 could not be fetched; tried sources.example.org',
    });
  });

  test('a wrong checksum', () => {
    const lines = [
      `==> Error: ChecksumError: sha256 checksum failed for /tmp/stage/spack-stage-bzip2-1.0.8-${zlibHash}/bzip2-1.0.8.tar.gz`,
      `    Expected ${'a'.repeat(64)} but got ${'b'.repeat(64)}. File size = 810029 bytes. Contents = b'\\x1f\\x8b'. URL = https://sources.example.org/bzip2-1.0.8.tar.gz`,
    ];
    expect(explain(lines, install)).toMatchObject({
      code: 'SPACK_CHECKSUM',
      message:
        'the source of bzip2 1.0.8 is not what its recipe says: sha256 bbbbbbbbbbbb… instead of aaaaaaaaaaaa…',
      hint: expect.stringContaining('remove it from sources.example.org'),
      details: { package: 'bzip2', sizeBytes: 810_029 },
    });
  });
});

describe('packages', () => {
  const install = { phase: 'install' } as const;

  test('what configure gave up for, not what it noticed before', () => {
    const lines = [
      ...oldBuildFailure.slice(0, 6),
      '3 errors found in build log:',
      `  >> 434    Can't open perl script "./confdb/prefix.pl": No such f`,
      '            ile or directory',
      '     435    configure: ===== done =====',
      '  >> 440    configure: error: YAKSA configure failed',
      '',
    ];
    expect(explain(lines, install).message).toBe(
      'labc failed to build: configure: error: YAKSA configure failed',
    );
  });

  test('a failed compilation in 0.23 and 1.1: package, first error without its line breaks, last lines', () => {
    expect(explain(oldBuildFailure, install)).toMatchObject({
      code: 'SPACK_PACKAGE_FAILED',
      message:
        'labc 1.0 failed to build: labapp.c:2:10: fatal error: nosuch.h: No such file or directory in any of the folders',
      hint: 'read the lines of its log; another version, variant or compiler of labc may build',
      details: {
        package: 'labc',
        phase: 'build',
        command: "'/usr/bin/make' '-j2'",
        errorLines: [expect.stringContaining('any of the folders'), 'make: *** [Makefile:3: labapp] Error 1'],
        lastLines: expect.arrayContaining([`cc -O2 -I${labcStage}/spack-src/include -c labapp.c`]),
      },
    });
  });

  test('a failed compilation in 1.3', () => {
    expect(explain(newBuildFailure, install)).toMatchObject({
      code: 'SPACK_PACKAGE_FAILED',
      message: 'labc 1.0 failed to build: labapp.c:2:10: fatal error: nosuch.h: No such file or directory',
      details: { lastLines: expect.arrayContaining(['compilation terminated.']) },
    });
    expect(explain(newBuildFailure.slice(3), install).message).toContain('labc 1.0 failed');
  });

  test("the last lines are those of the package's own log where it was kept", () => {
    const buildLog = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    expect(explain(oldBuildFailure, { ...install, buildLog }).details['lastLines']).toEqual(
      buildLog.slice(-15),
    );
  });

  test("an error is told as the package's own log has it, with the blank where Spack's excerpt was wrapped", () => {
    const printed = oldBuildFailure.map((line) => line.replace('any of the fold', 'any of the'));
    const wrapped = printed.map((line) => line.replace(/^ {11}ers$/, '           folders'));
    const buildLog = [
      'labapp.c:2:10: fatal error: nosuch.h: No such file or directory in any of the folders',
    ];
    expect(explain(wrapped, install).message).toContain('any of thefolders');
    expect(explain(wrapped, { ...install, buildLog }).message).toContain('any of the folders');
  });

  test('a failure without errors in the log names the command', () => {
    const lines = [
      "==> labc: Executing phase: 'install'",
      '==> Error: ProcessError: Command exited with status 1:',
      "    'cmake' '--install' '.'",
      '',
      'See build log for details:',
      `  ${labcStage}/spack-build-out.txt`,
    ];
    expect(explain(lines, install).message).toBe(
      "labc 1.0 failed to build: Command exited with status 1: 'cmake' '--install' '.'",
    );
  });

  test.each([
    [
      '0.23 and 1.1',
      [
        '==> Error: Failed to install gcc-runtime due to InstallError: No binary found when cache-only was specified',
      ],
    ],
    [
      '1.3',
      [
        '[ ] ssyi5yp gcc-runtime@12.2.0 fetching from build cache (0s)',
        '[ ] ssyi5yp gcc-runtime@12.2.0 no binary available (0s)',
        '[x] ssyi5yp gcc-runtime@12.2.0 failed: /tmp/g.log (0s)',
        '==> Error: The following packages failed to install:',
      ],
    ],
  ])('a package that the cache should have had: %s', (_version, lines) => {
    expect(explain(lines, install)).toMatchObject({
      code: 'SPACK_CACHE_MISS',
      message: 'gcc-runtime is not in the package cache, and nothing may be built from source',
    });
  });

  describe('a package that the cache does not take', () => {
    /** As Spack 1.1.1 tells it. */
    const linesOf = (reason: string) => [
      "==> labc: Executing phase: 'install'",
      '==> Pushed labc@1.0/h5vkbrj',
      "==> labc: Pushed to build cache: 'cic'",
      '==> Failed to push labc@1.0/h5vkbrj',
      '==> Uploading manifests',
      '==> Error: PushToBuildCacheError: Failed to push 1 specs to oci://registry.example.org/hpc/spack:',
      `Failed to push labc@1.0/h5vkbrj: ${reason}`,
      'See build log for details:',
      `  ${labcStage}/spack-build-out.txt`,
    ];

    test('was built all the same', () => {
      expect(explain(linesOf('<urlopen error [Errno 111] Connection refused>'), install)).toMatchObject({
        code: 'SPACK_CACHE_UNWRITABLE',
        message:
          'labc 1.0 was built, but could not be put into the package cache oci://registry.example.org/hpc/spack: <urlopen error [Errno 111] Connection refused>',
        hint: expect.stringContaining('spack.cache'),
        details: { package: 'labc', version: '1.0', cache: 'oci://registry.example.org/hpc/spack' },
      });
    });

    test.each([
      [
        'POST https://r/v2/s/ errored with: HTTP Error 401: Failed to login: Unauthorized',
        /cache_credentials_file/,
      ],
      ['<urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed>', /network\.ca_bundle/],
      ['<urlopen error [SSL: WRONG_VERSION_NUMBER] wrong version number>', /oci\+http/],
    ])('for a reason that the site can remove: %s', (reason, hint) => {
      expect(explain(linesOf(reason), install).hint).toMatch(hint);
    });
  });

  test('a package that fails after the cache did not have it is no miss', () => {
    const lines = ['[ ] h5vkbrj labc@1.0 no binary available (0s)', ...newBuildFailure];
    expect(explain(lines, install).code).toBe('SPACK_PACKAGE_FAILED');
    // Nothing depends on it, so that 0.23 names it once only.
    const root = oldBuildFailure.filter((line) => !line.startsWith('==> Warning: Skipping'));
    expect(explain(root, install).code).toBe('SPACK_PACKAGE_FAILED');
  });
});

describe('memory and disk', () => {
  const install = { phase: 'install' } as const;
  const withLine = (line: string) => [
    ...oldBuildFailure.slice(0, 10),
    `  >> 6     ${line}`,
    ...oldBuildFailure.slice(12),
  ];

  test.each([
    'g++: fatal error: Killed signal terminated program cc1plus',
    'g++: internal compiler error: Killed (program cc1plus)',
    'virtual memory exhausted: Cannot allocate memory',
    'make[2]: *** [CMakeFiles/x.dir/build.make:76: x.o] Killed',
    '/bin/sh: line 1:  4711 Killed                  cc1plus',
    'collect2: fatal error: ld terminated with signal 9 [Killed], memory exhausted',
  ])('%s', (line) => {
    expect(explain(withLine(line), install)).toMatchObject({
      code: 'SPACK_OUT_OF_MEMORY',
      message: expect.stringMatching(/^the machine ran out of memory while labc was installed: /),
      hint: 'build with fewer parallel jobs, or on a machine with more memory',
    });
  });

  test.each([
    ['==> Error: InstallError: The process has stopped unexpectedly (signal 9)', undefined],
    ["==> labc: Executing phase: 'build'", 137],
  ])('%s, exit code %s', (line, exitCode) => {
    const options = { ...install, ...(exitCode !== undefined && { exitCode }) };
    expect(explain(line, options).code).toBe('SPACK_OUT_OF_MEMORY');
  });

  test('a solver that was killed', () => {
    expect(explain('==> Warning: slow', { exitCode: 137 })).toMatchObject({
      code: 'SPACK_OUT_OF_MEMORY',
      message: 'Spack ran out of memory while it solved the environment',
    });
  });

  test.each([
    'fatal error: error writing to /tmp/ccX.s: No space left on device',
    'OSError: [Errno 28] No space',
  ])('%s', (line) => {
    expect(explain(withLine(line), install)).toMatchObject({
      code: 'SPACK_DISK_FULL',
      message: expect.stringContaining('no disk space left while labc was installed'),
    });
  });

  test('words of a log before the error are no reason', () => {
    const lines = [
      'checking whether make says Killed',
      'test of No space left on device: ok',
      ...oldBuildFailure,
    ];
    expect(explain(lines, install).code).toBe('SPACK_PACKAGE_FAILED');
  });
});

describe('anything else', () => {
  test('is quoted', () => {
    expect(explain("==> Error: name 'version' is not defined\n    more")).toEqual({
      code: 'SPACK_FAILED',
      message: "Spack could not solve the environment: name 'version' is not defined",
      hint: 'read what Spack said itself',
      details: { lastLines: ["name 'version' is not defined", '    more'] },
    });
  });

  test('a failure without words', () => {
    expect(explain([], { phase: 'install' }).message).toBe(
      'Spack could not install the packages: it gave no reason',
    );
  });

  test('colours do not hide an error', () => {
    expect(
      explain("\x1b[1;31m==>\x1b[0m Error: cannot concretize 'zlibb', since 'zlibb' does not exist").code,
    ).toBe('SPACK_UNKNOWN_PACKAGE');
  });

  test('what is explained once is explained the same when Spack or the engine repeats it', () => {
    const lines = oldBuildFailure;
    expect(explain([...lines, ...lines], { phase: 'install' }).message).toBe(
      explain(lines, { phase: 'install' }).message,
    );
  });
});

test('whatever Spack prints is explained, with a message and a hint of one line', () => {
  const words = [
    '==> Error: ',
    "'zlib'",
    '    ',
    '^',
    '  >> 6    ',
    'target=',
    '@1.2',
    ' does not exist',
    ' for the following reasons:',
    '     1. ',
    'spack-stage-a-1-',
    labcHash,
    'All fetchers failed for ',
    'checksum failed for ',
    '[x] abcdefg a@1 ',
    'Cannot satisfy ',
    'conflicts with ',
    '://',
  ];
  const line = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 5 })), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.boolean(), (lines, isInstall) => {
      const phase = isInstall ? 'install' : 'concretize';
      const { message, hint } = explain(
        lines.map((parts) => parts.join('').replaceAll('\n', ' ')),
        { phase },
      );
      expect(message).not.toMatch(/^$|\n|undefined/);
      expect(hint).not.toMatch(/^$|\n|undefined/);
    }),
    { numRuns: 1_000 },
  );
});

test('very long lines are answered without delay', () => {
  const lines = ["'", ' target=', 'spack-stage-a', '1', '@', '=', ' Error'].map(
    (part) => `==> Error: ${part.repeat(200_000)}`,
  );
  expect(explain(lines, { phase: 'install' }).code).toBeDefined();
}, 3_000);
