import { compilerFlags } from '../machine/compiler-flags.ts';
import type { Machine } from '../machine/machine.ts';
import { findMicroarchitecture } from '../machine/microarchitecture.ts';

/** The machine that code in the image is compiled for. */
export type BuildTarget = {
  /** archspec name. */
  readonly target: string;
  /** Flags for gcc and clang, such as `-march=znver2 -mtune=znver2`; empty where none are known. */
  readonly marchFlags: string;
};

export type TargetPlan = {
  readonly target: BuildTarget;
  /** What the user should know about how code is compiled. */
  readonly warnings: readonly { readonly message: string; readonly hint: string }[];
};

/** The gcc that apt installs in each suite. @see packages.debian.org and packages.ubuntu.com, package gcc */
const gccVersions: Readonly<Record<string, string>> = {
  bullseye: '10.2',
  bookworm: '12.2',
  trixie: '14.2',
  focal: '9.4',
  jammy: '11.4',
  noble: '13.2',
};

/** Version of the gcc that apt installs in a suite, where that is known. */
export function suiteGcc(suite: string): string | undefined {
  return gccVersions[suite];
}

/**
 * Decides how the step's own code is compiled: for the requested microarchitecture, or, where the
 * suite's compiler is too old for it, for the nearest ancestor that it knows, with a warning.
 *
 * @param suite Undefined where the base image is not known to be of a suite: then the newest compiler is assumed.
 */
export function planTarget(machine: Machine, suite: string | undefined): TargetPlan {
  const { microarchitecture: name } = machine;
  const version = suite === undefined ? undefined : gccVersions[suite];
  const compiler = { name: 'gcc', ...(version !== undefined && { version }) };
  const microarchitecture = findMicroarchitecture(name);
  const found = microarchitecture && compilerFlags(microarchitecture, compiler);
  if (found?.kind === 'flags') return { target: { target: name, marchFlags: found.flags }, warnings: [] };
  const ancestor = found?.kind === 'unsupported' ? found.bestSupportedAncestor : undefined;
  const flags = ancestor && compilerFlags(ancestor, compiler);
  if (ancestor === undefined || flags?.kind !== 'flags')
    return { target: { target: name, marchFlags: '' }, warnings: [] };
  const needed = found?.kind === 'unsupported' ? found.minVersion : undefined;
  return {
    target: { target: ancestor.name, marchFlags: flags.flags },
    warnings: [
      {
        message: `gcc ${version} of ${suite} cannot compile for ${name}: post_inst.sh gets the flags of ${ancestor.name}`,
        hint:
          needed === undefined
            ? 'no gcc known to archspec can'
            : `a base image with gcc ${needed} or newer can`,
      },
    ],
  };
}
