import { AppError } from '../../errors/app-error.ts';
import { compilerFlags } from '../../machine/compiler-flags.ts';
import { findMicroarchitecture } from '../../machine/microarchitecture.ts';
import { suiteGcc } from '../../recipe/target.ts';

/**
 * Finds out before anything is compiled whether the compiler can compile for the machine at all.
 *
 * @param compilers What the step asks for; none: the suite's own GCC.
 * @throws SPACK_TARGET_UNSUPPORTED - it cannot; the message names the versions that can
 */
export function checkCompilers(
  compilers: readonly string[],
  target: string,
  suite: string | undefined,
): void {
  const microarchitecture = findMicroarchitecture(target);
  if (microarchitecture === undefined) return;
  for (const compiler of listCompilers(compilers, suite)) {
    const found = compilerFlags(microarchitecture, compiler);
    if (found.kind !== 'unsupported') continue;
    const { minVersion } = found;
    throw new AppError('SPACK_TARGET_UNSUPPORTED', `${compiler.label} cannot compile for ${target}`, {
      hint:
        minVersion === undefined
          ? `no version of ${compiler.name} that CIC knows can: name another compiler`
          : `${compiler.name} ${minVersion} and newer can: ask for one with \`packages: {all: {compiler: [${compiler.name}@${minVersion}]}}\`, or choose a newer base image`,
      details: { compiler: compiler.label, target, ...(minVersion !== undefined && { minVersion }) },
    });
  }
}

type Compiler = {
  readonly name: string;
  readonly version: string;
  /** As the step has it, or the suite. */
  readonly label: string;
};

function listCompilers(wanted: readonly string[], suite: string | undefined): Compiler[] {
  if (wanted.length > 0) return wanted.flatMap(readCompiler);
  const version = suite === undefined ? undefined : suiteGcc(suite);
  return version === undefined ? [] : [{ name: 'gcc', version, label: `gcc@${version} of ${suite}` }];
}

/** A bare major version stands for its newest release. */
function readCompiler(spec: string): Compiler[] {
  const [label, name, version] = /^([\w-]+)@=?(\d+(?:\.\d+)*)/.exec(spec) ?? [];
  if (label === undefined || name === undefined || version === undefined) return [];
  return [{ name, version: version.includes('.') ? version : `${version}.99`, label }];
}
