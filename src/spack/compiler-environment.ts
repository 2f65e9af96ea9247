import { stringify } from 'yaml';
import { familyOf, findMicroarchitecture } from '../machine/microarchitecture.ts';

/**
 * Renders the `spack.yaml` of a compiler that Spack builds. It has an environment of its own: the solver of
 * Spack 1 takes compilers that are there, and builds none on the way.
 *
 * It is for the plain family: it has to run on whatever machine builds, which may lack the instructions of the
 * one that is built for, and the compiler that builds it may not know that one.
 *
 * @param include Folders in the image with configuration of the site and its catalogue, the highest first.
 */
export function planCompilerEnvironment(
  compiler: string,
  microarchitecture: string,
  include: readonly string[],
): string {
  const known = findMicroarchitecture(microarchitecture);
  const target = known === undefined ? microarchitecture : familyOf(known).name;
  // Locks have the path of a compiler: one without a hash stays right when recipes change.
  const name = /^[\w-]+/.exec(compiler)?.[0] ?? compiler;
  const spack = {
    specs: [compiler],
    ...(include.length > 0 && { include }),
    view: false,
    config: { install_tree: { projections: { [name]: '{name}-{version}' } } },
    concretizer: {
      unify: true,
      reuse: false,
      targets: { granularity: 'microarchitectures', host_compatible: false },
    },
    packages: { all: { require: [`target=${target}`] } },
  };
  return stringify({ spack }, { lineWidth: 0 });
}
