import { findNearestNames } from '../../errors/nearest-name.ts';
import { compilerFlags } from '../../machine/compiler-flags.ts';
import {
  familyOf,
  findMicroarchitecture,
  genericOf,
  listMicroarchitectures,
} from '../../machine/microarchitecture.ts';
import { parseSpec } from '../parse-spec.ts';
import { toArchspecCompiler } from '../spec.ts';
import { type Explainer, type FailureExplanation, joinNames, type SpackFailure } from './failure.ts';

/** Reasons that concern the microarchitecture; the more specific ones may come after others. */
export function explainTargetReason(
  reasons: readonly string[],
  failure: SpackFailure,
): FailureExplanation | undefined {
  return explainOldCompiler(reasons) ?? explainOtherFamily(reasons) ?? explainFirst(reasons, failure);
}

/** `zlib compiler 'gcc@12.2.0' incompatible with 'target=zen5'`, once for every package. */
function explainOldCompiler(reasons: readonly string[]): FailureExplanation | undefined {
  const matches = reasons.flatMap((reason) => {
    const match = /^(\S+) compiler '([^@']+)@=?([^']+)' incompatible with 'target=(.+?)'/.exec(reason);
    return match === null ? [] : [match];
  });
  const [first] = matches;
  if (first === undefined) return undefined;
  const [, , name = '', version = '', target = ''] = first;
  const packages = matches.map(([, each = '']) => each);
  return {
    code: 'SPACK_TARGET_UNSUPPORTED',
    message: `${name} ${version} cannot compile for ${target} (${joinNames(packages.slice(0, 5))})`,
    ...adviseCompiler({ name, version }, target, packages),
  };
}

function adviseCompiler(
  compiler: { readonly name: string; readonly version: string },
  target: string,
  packages: readonly string[],
): Pick<FailureExplanation, 'hint' | 'details'> {
  const { name, version } = compiler;
  const microarchitecture = findMicroarchitecture(target);
  const flags =
    microarchitecture && compilerFlags(microarchitecture, { name: toArchspecCompiler(name), version });
  const details = { compiler: name, version, target, packages };
  if (flags?.kind !== 'unsupported') {
    return { hint: 'use a newer compiler or another microarchitecture', details };
  }
  const { minVersion, bestSupportedAncestor: best } = flags;
  const ways = [
    ...(minVersion === undefined ? [] : [`use ${name} ${minVersion} or newer`]),
    ...(best === undefined
      ? []
      : [`name the microarchitecture ${best.name}, for which ${name} ${version} compiles`]),
  ];
  return {
    hint: ways.length === 0 ? 'use another compiler' : ways.join(', or '),
    details: { ...details, minVersion, bestSupported: best?.name },
  };
}

/** `'gcc target=neoverse_v1' is not compatible with this machine` */
function explainOtherFamily(reasons: readonly string[]): FailureExplanation | undefined {
  const [target] = reasons.flatMap(
    (reason) => /^'\S+ target=(.+?)' is not compatible with this machine/.exec(reason)?.[1] ?? [],
  );
  if (target === undefined) return undefined;
  const microarchitecture = findMicroarchitecture(target);
  const family = microarchitecture === undefined ? '' : ` (${familyOf(microarchitecture).name})`;
  return {
    code: 'SPACK_TARGET_UNSUPPORTED',
    message: `the machine that builds cannot build for ${target}`,
    hint: `build on a machine of that CPU family${family}, or allow emulation`,
    details: { target },
  };
}

function explainFirst(
  [reason = '']: readonly string[],
  failure: SpackFailure,
): FailureExplanation | undefined {
  const [, wanted] = /^'\S+ target=\S+' cannot satisfy constraint 'target=(.+?)'/.exec(reason) ?? [];
  if (wanted !== undefined && findMicroarchitecture(wanted) === undefined)
    return describeUnknownTarget(wanted);
  if (wanted !== undefined) {
    const hint = `this Spack may be too old to know ${wanted}, or another target is asked for as well`;
    return { ...toConflict(reason), hint, details: { target: wanted } };
  }
  const isTarget = /^Cannot select a single "node_target"|^Cannot find compatible targets/.test(reason);
  return isTarget ? { ...toConflict(reason), ...adviseTargets(reason, failure) } : undefined;
}

function toConflict(reason: string): Pick<FailureExplanation, 'code' | 'message'> {
  return { code: 'SPACK_CONFLICT', message: `the environment has no solution: ${reason}` };
}

/**
 * The reason has many causes: two targets, a conditional or a package's own `require`, a CPU family that
 * the machine does not have, an external with a target or in another version.
 */
function adviseTargets(
  reason: string,
  { specs = [], target }: SpackFailure,
): Pick<FailureExplanation, 'hint' | 'details'> {
  const [, name = 'a package'] = /package "(\S+)"/.exec(reason) ?? [];
  const others = specs.filter((text) => {
    const { spec } = parseSpec(text);
    return [spec, ...(spec?.dependencies ?? [])].some(
      (node) => node?.target !== undefined && node.target !== target,
    );
  });
  const [other] = others;
  const hint =
    other === undefined || target === undefined
      ? `look for \`target=\` in the specs and under \`packages:\` (${name}'s own \`require\` and externals too)`
      : `"${other}" asks for another microarchitecture than ${target}, which is required: take its target out`;
  return { hint, details: { package: name, others } };
}

/** 1.3 says it at once: `<file>:8: 'target=zen9' contains unknown targets.` */
export const explainUnknownTarget: Explainer = ({ message }) => {
  const [, target] = /'.*\btarget=([^'\s]+).*' contains unknown targets/.exec(message) ?? [];
  return target === undefined ? undefined : describeUnknownTarget(target);
};

function describeUnknownTarget(target: string): FailureExplanation {
  const microarchitecture = findMicroarchitecture(target);
  const names = listMicroarchitectures().map(({ name }) => name);
  const nearest = findNearestNames(target, names, 5);
  const older = microarchitecture === undefined ? undefined : genericOf(microarchitecture).name;
  return {
    code: 'SPACK_TARGET_UNSUPPORTED',
    message: `this Spack does not know the microarchitecture ${target}`,
    hint:
      older === undefined
        ? `${nearest.length === 0 ? '' : `did you mean ${joinNames(nearest, 'or')}? `}\`cic machines\` lists all names`
        : `use a newer Spack, or the vendor-neutral ${older}`,
    details: { target, nearest: older === undefined ? nearest : [older] },
  };
}
