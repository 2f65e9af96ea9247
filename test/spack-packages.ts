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

/** What the tests of environments share: they have solutions in common from one run to the next. */
export const sharedSite: TestSite = {
  packages: [
    legacyTool,
    ranks,
    pythonPackage('py-greeting', 'PyGreeting', 'greeting.py'),
    pythonPackage('py-six', 'PySix', 'six.py'),
    noSource,
    wrongChecksum,
  ],
  cfg: { 'packages.yaml': "packages:\n  legacy-tool:\n    version: ['1.0']\n" },
  config: {
    packages: {
      mpich: { externals: [{ spec: 'mpich@4.0.2', prefix: '/usr' }], buildable: false },
    },
  },
};

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
