import { expect, test } from 'vitest';
import { readVariants, readVersions } from './package-recipe.ts';

const recipe = `
# version("0.1")
class Labmpi(LabmpiHelpers, AutotoolsPackage, CudaPackage):
    """A library.

    version("0.2") is old
    """

    homepage = "https://example.org"

    version("develop", branch="main")
    version(
        "4.1.2",  # version("9.9")
        sha256="3492e98adab62b597ef0d292fb2459b6123bc80070a8aa0a30be6962075a12f0",
        url="https://example.org/a(1).tar.gz",
    )
    version('4.1', sha256='8b1ec63b', preferred=True)
    with default_args(deprecated=True):
        version("4.0", sha256="df7419c9")
    version("3.4", sha256="ce5e238f", deprecated=True)
    version("4.1.2", sha256="duplicate", when="@1")
    for each in all_versions:
        version(each)

    variant("shared", default=True, description="Shared (or not) libraries")
    variant(
        "device",
        default="ch4",
        description="device's kind",
        values=("ch3", "ch4", "ch3:sock"),
        multi=False,
    )
    variant("netmod", default="ofi", values=any_combination_of("tcp", "ofi"), multi=True)
    variant("pmi", default="pmi", values=["default", 'pmix'])
    variant("prefix_path", default="none", description="Any path")
    variant("cuda", default=False, description="Use CUDA")

    conflicts("netmod=tcp", when="device=ch4")

    def version(self, x):
        return version("77")
`;

test('versions are read in their order, with neither comments nor deprecated ones', () => {
  expect(readVersions(recipe)).toEqual(['develop', '4.1.2', '4.1', '4.0']);
});

test('variants are read with the values that are written out, and with those of base classes', () => {
  expect(readVariants(recipe)).toEqual([
    { name: 'shared', values: ['true', 'false'] },
    { name: 'device', values: ['ch3', 'ch4', 'ch3:sock'] },
    { name: 'netmod' },
    { name: 'pmi', values: ['default', 'pmix'] },
    { name: 'prefix_path' },
    { name: 'cuda', values: ['true', 'false'] },
    { name: 'cuda_arch' },
    { name: 'build_system' },
  ]);
});

test('a text that breaks off is read as far as it goes', () => {
  expect(readVersions('    version("1.0", sha256="')).toEqual(['1.0']);
  expect(readVersions('    version(')).toEqual([]);
  expect(readVariants('')).toEqual([{ name: 'build_system' }]);
});
