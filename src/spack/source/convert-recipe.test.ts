import { expect, test } from 'vitest';
import { convertRecipe } from './convert-recipe.ts';

test('the import of before Spack 1.0 becomes the one of today', () => {
  const recipe = '# from spack import *\nfrom spack import *\nimport os\n\nclass A(Package):\n    pass\n';
  const { text, changes } = convertRecipe(recipe);
  expect(text).toBe(recipe.replace('\nfrom spack import *', '\nfrom spack.package import *'));
  expect(changes).toEqual(['imports spack.package']);
  expect(convertRecipe('from spack.pkgkit import *\n').text).toBe('from spack.package import *\n');
});

test('a dependency on several packages becomes several dependencies, each with all conditions', () => {
  const { text, changes } = convertRecipe(
    "    depends_on('py-scikit-learn@1.0.2:^py-scipy@1.3.0: ^py-numpy', type=('run'), when='@2:')  # old\n",
  );
  expect(text).toBe(
    ['py-scikit-learn@1.0.2:', 'py-scipy@1.3.0:', 'py-numpy']
      .map((spec) => `    depends_on('${spec}', type=('run'), when='@2:')  # old\n`)
      .join(''),
  );
  expect(changes).toEqual(['depends on py-scikit-learn@1.0.2: and py-scipy@1.3.0: and py-numpy one by one']);
});

test.each([
  'from spack.package import *\n',
  'import spack\nfrom spack.util import executable\n',
  "depends_on('hdf5 +mpi', when='^openmpi')\n",
  "# depends_on('a ^b')\n",
  "depends_on('^b')\n",
  "depends_on('a '\n           '^b')\n",
])('what needs no change, or is not understood, stays: %j', (text) => {
  expect(convertRecipe(text)).toEqual({ text, changes: [] });
});

test('a converted recipe needs no further change', () => {
  const { text } = convertRecipe("from spack import *\ndepends_on('a^b')\n");
  expect(convertRecipe(text).changes).toEqual([]);
});

const languages = (indent: string) =>
  ['c', 'cxx', 'fortran'].map((name) => `${indent}depends_on("${name}", type="build")\n`).join('');

test.each(['Package', 'CMakePackage', 'AutotoolsPackage, CudaPackage', 'PythonPackage', 'RPackage'])(
  'a %s that names no language gets the compilers that every package once had',
  (base) => {
    const start = `class A(${base}):\n    """Text."""\n\n`;
    const rest = "    version('1.0')\n    with when('@1'):\n        depends_on('b')\n";
    const { text, changes } = convertRecipe(start + rest);
    expect(text).toBe(start + languages('    ') + rest);
    expect(changes).toEqual(['needs compilers']);
    expect(convertRecipe(text).changes).toEqual([]);
  },
);

test('compilers are no matter of a condition that comes first', () => {
  const text = "class A(Package):\n  with when('@1'):\n    depends_on('b')\n  version('1.0')\n";
  expect(convertRecipe(text).text).toBe(text.replace('  version', `${languages('  ')}  version`));
});

test.each([
  'class A(Package):\n    version("1.0")\n    depends_on("cxx", type="build")\n',
  'class A(BundlePackage):\n    version("1.0")\n',
  'class A(Package):\n    pass\n',
])('a recipe that names a language or compiles nothing gets none: %j', (text) => {
  expect(convertRecipe(text)).toEqual({ text, changes: [] });
});
