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
    const name = `${compiler.name}@${compiler.version}`;
    const { minVersion } = found;
    throw new AppError('SPACK_TARGET_UNSUPPORTED', `${name} cannot compile for ${target}`, {
      hint:
        minVersion === undefined
          ? `no version of ${compiler.name} that CIC knows can: name another compiler`
          : `${compiler.name} ${minVersion} and newer can: ask for one with \`packages: {all: {compiler: [${compiler.name}@${minVersion}]}}\`, or choose a newer base image`,
      details: { compiler: name, target, ...(minVersion !== undefined && { minVersion }) },
    });
  }
}

function listCompilers(
  wanted: readonly string[],
  suite: string | undefined,
): { name: string; version: string }[] {
  const named = wanted.flatMap((spec) => {
    const [, name, version] = /^([\w-]+)@=?(\d+(?:\.\d+)*)/.exec(spec) ?? [];
    // A bare major version stands for its newest release.
    return name === undefined || version === undefined || !version.includes('.')
      ? toNewest(name, version)
      : [{ name, version }];
  });
  if (wanted.length > 0) return named;
  const version = suite === undefined ? undefined : suiteGcc(suite);
  return version === undefined ? [] : [{ name: 'gcc', version }];
}

function toNewest(
  name: string | undefined,
  version: string | undefined,
): { name: string; version: string }[] {
  return name === undefined || version === undefined ? [] : [{ name, version: `${version}.99` }];
}
