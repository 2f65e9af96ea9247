import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestPackage, TestSite } from './spack-site.ts';

const address = 'homepage = "https://example.invalid"';
const url = (name: string) => `url = "https://example.invalid/${name}-1.0.tar.gz"`;

/** As recipes of steps from before Spack 1.0 look, with a version that must not be taken. */
const legacyTool: TestPackage = {
  name: 'legacy-tool',
  recipe: `# Copyright of nobody
from spack import *


class LegacyTool(MakefilePackage):
    """Says which compiler it was compiled with."""

    ${address}
    ${url('legacy-tool')}

    version('2.0', sha256='${'0'.repeat(64)}')
    version('1.0', sha256='@SHA256@')

    variant('curl', default=True, description='Not at all')

    depends_on('lz4@1.9.4 ^gmake')

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        install('legacy-tool', prefix.bin)
`,
  source: {
    Makefile: 'legacy-tool: main.c\n\t$(CC) -o $@ main.c -llz4\n',
    'main.c': `#include <lz4.h>
#include <stdio.h>
int main(void) { printf("gcc %d, lz4 %s\\n", __GNUC__, LZ4_versionString()); return 0; }
`,
    'examples/input.txt': 'an example\n',
  },
};

const ranks: TestPackage = {
  name: 'ranks',
  recipe: `from spack.package import *


class Ranks(Package):
    """Adds up the numbers of its ranks."""

    ${address}
    ${url('ranks')}

    version("1.0", sha256="@SHA256@")

    depends_on("c", type="build")
    depends_on("mpi")

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        Executable(spec["mpi"].mpicc)("-o", prefix.bin.ranks, "ranks.c")
`,
  source: {
    'ranks.c': `#include <mpi.h>
#include <stdio.h>
int main(int argc, char **argv) {
  int rank, size, sum;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  int number = rank + 1;
  MPI_Allreduce(&number, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  printf("rank %d of %d: %d\\n", rank, size, sum);
  MPI_Finalize();
  return 0;
}
`,
  },
};

/** Python packages without pip: nothing has to be fetched for them. */
function pythonPackage(name: string, className: string, module: string): TestPackage {
  return {
    name,
    recipe: `from spack.package import *


class ${className}(Package):
    """A Python module."""

    ${address}
    ${url(name)}

    version("1.0", sha256="@SHA256@")

    extends("python")

    def install(self, spec, prefix):
        mkdirp(python_purelib)
        install("*.py", python_purelib)
`,
    source: { [module]: `__version__ = "1.0"\nimport sys\nversion = sys.version_info[:2]\n` },
  };
}

/** A script for the distribution's Perl, with a module that a minimal one lacks. */
const saysPerl: TestPackage = {
  name: 'says-perl',
  recipe: `from spack.package import *


class SaysPerl(Package):
    """Dumps a value."""

    ${address}
    ${url('says-perl')}

    version("1.0", sha256="@SHA256@")

    depends_on("perl", type="run")

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        install("says-perl", prefix.bin)
        set_executable(join_path(prefix.bin, "says-perl"))
`,
  source: {
    'says-perl': '#!/usr/bin/env perl\nuse Data::Dumper;\n$Data::Dumper::Terse = 1;\nprint Dumper(49);\n',
  },
};

const noSource: TestPackage = {
  name: 'no-source',
  recipe: `from spack.package import *


class NoSource(Package):
    """Its source is nowhere."""

    ${address}
    url = "file:///nowhere/no-source-1.0.tar.gz"

    version("1.0", sha256="${'1'.repeat(64)}")

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
`,
};

const wrongChecksum: TestPackage = {
  name: 'wrong-checksum',
  recipe: noSource.recipe
    .replace('NoSource', 'WrongChecksum')
    .replaceAll('no-source', 'wrong-checksum')
    .replace('1'.repeat(64), '@SHA256@'),
  source: { README: 'not what was expected\n' },
  isCorrupt: true,
};

const sharedConfig = {
  packages: {
    mpich: { externals: [{ spec: 'mpich@4.0.2', prefix: '/usr' }], buildable: false },
  },
};

/** What the tests of environments share: they have solutions in common from one run to the next. */
export const sharedSite: TestSite = {
  packages: [
    legacyTool,
    ranks,
    pythonPackage('py-greeting', 'PyGreeting', 'greeting.py'),
    pythonPackage('py-six', 'PySix', 'six.py'),
    saysPerl,
    noSource,
    wrongChecksum,
  ],
  cfg: { 'packages.yaml': "packages:\n  legacy-tool:\n    version: ['1.0']\n" },
  config: sharedConfig,
};

/** {@link sharedSite} with a setting of this run: of an earlier one the engine has no layer that fits. */
export function siteOfThisRun(): TestSite {
  const nobodys = { [`nobodys-${randomUUID()}`]: { version: ['1.0'] } };
  return { ...sharedSite, config: { packages: { ...sharedConfig.packages, ...nobodys } } };
}

/** A package that no cache has, and one that needs it and does not compile. */
export function freshSite(): TestSite {
  const id = `${Date.now()}-${Math.random()}`;
  const recipe = (className: string, name: string, dependencies: string) => `from spack.package import *


class ${className}(MakefilePackage):
    """Made for one run of the tests."""

    ${address}
    ${url(name)}

    version("1.0", sha256="@SHA256@")

    depends_on("c", type="build")
${dependencies}
    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        install("${name}", prefix.bin)
`;
  const makefile = (name: string) => `${name}: main.c\n\t$(CC) -o $@ main.c\n`;
  return {
    packages: [
      {
        name: 'fresh-tool',
        recipe: recipe('FreshTool', 'fresh-tool', ''),
        source: {
          Makefile: makefile('fresh-tool'),
          'main.c': `#include <stdio.h>\nint main(void) { puts("${id}"); return 0; }\n`,
        },
      },
      {
        name: 'fresh-failing',
        recipe: recipe('FreshFailing', 'fresh-failing', '    depends_on("fresh-tool")\n'),
        source: { Makefile: makefile('fresh-failing'), 'main.c': `#include "absent-${id}.h"\n` },
      },
    ],
  };
}

/** Spack's GCC with Debian's files: all but how it is compiled. */
const debianGcc: TestPackage = {
  name: 'gcc',
  recipe: `from spack_repo.builtin.packages.gcc.package import Gcc as BuiltinGcc

from spack.package import *


class Gcc(BuiltinGcc):
    """Spack's own but for what is installed: Debian's files."""

    version("11.3.0", sha256="@SHA256@", url="https://example.invalid/gcc-11.3.0.tar.gz")

    phases = ["install"]

    def patch(self):
        pass

    def install(self, spec, prefix):
        install_tree(".", prefix)


# They are for its sources.
Gcc.patches.clear()
`,
  source: join(process.env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test', 'debian-gcc-11.tar.gz'),
};

function saysCompiler(name: string, className: string): TestPackage {
  return {
    name,
    recipe: `from spack.package import *


class ${className}(MakefilePackage):
    """Says with which compilers it was compiled."""

    ${address}
    ${url(name)}

    version("1.0", sha256="@SHA256@")

    depends_on("c", type="build")
    depends_on("cxx", type="build")

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        install("${name}", prefix.bin)
`,
    source: {
      Makefile: `${name}: c.c main.cc\n\t$(CC) -c c.c\n\t$(CXX) -o $@ main.cc c.o\n`,
      'c.c': 'const char *c_version(void) { return __VERSION__; }\n',
      'main.cc': `#include <iostream>
#include <string>
extern "C" const char *c_version();
int main() { std::cout << "gcc " + std::string(c_version()) + ", g++ " __VERSION__ << std::endl; }
`,
    },
  };
}

export const external = (spec: string) => ({ externals: [{ spec, prefix: '/usr' }], buildable: false });

/** A compiler that Spack builds within seconds, and what is compiled with it. */
export const compilerSite: TestSite = {
  packages: [
    debianGcc,
    saysCompiler('says-compiler', 'SaysCompiler'),
    saysCompiler('says-compiler-too', 'SaysCompilerToo'),
  ],
  config: {
    packages: {
      gcc: { variants: 'languages=c,c++' },
      gmp: external('gmp@6.3.0'),
      mpfr: external('mpfr@4.2.2'),
      mpc: external('mpc@1.3.1'),
      texinfo: external('texinfo@7.1.1'),
      zlib: external('zlib@1.3.1'),
      zstd: external('zstd@1.5.7'),
    },
  },
};
