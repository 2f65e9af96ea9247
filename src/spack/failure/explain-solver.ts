import { parseSpec } from '../parse-spec.ts';
import type { Spec } from '../spec.ts';
import { explainCompilerReason } from './explain-compiler.ts';
import { explainTargetReason } from './explain-target.ts';
import { describeBadValue } from './explain-variant.ts';
import { describeDeprecated, describeUnknownVersions } from './explain-version.ts';
import {
  type Explainer,
  type FailureExplanation,
  firstLines,
  type SpackErrorText,
  type SpackFailure,
} from './failure.ts';

/**
 * `failed to concretize … for the following reasons:` with numbered reasons. Several causes may give the
 * same reason, and the first one is the nearest to the cause: it is always quoted.
 */
export const explainNoSolution: Explainer = (error, failure) => {
  const reasons = readReasons(error);
  const [first] = reasons;
  if (first === undefined) return explainInternalError(error);
  const explanation =
    explainTargetReason(reasons, failure) ??
    explainCompilerReason(reasons, failure) ??
    explainReason(first, failure) ??
    toConflict(first, 'drop or loosen what the reason names, then try again');
  return {
    ...explanation,
    details: { ...explanation.details, reasons: reasons.slice(0, 20), lastLines: firstLines(error) },
  };
};

function readReasons({ message, lines }: SpackErrorText): string[] {
  if (!message.endsWith('for the following reasons:')) return [];
  return lines.flatMap((line) => /^\s+\d+\. (.+)$/.exec(line.trimEnd())?.[1] ?? []);
}

function toConflict(reason: string, hint: string, details: object = {}): FailureExplanation {
  return {
    code: 'SPACK_CONFLICT',
    message: `the environment has no solution: ${reason}`,
    hint,
    details: { ...details },
  };
}

/** Takes the whole reason, then the groups of its pattern. */
type ReasonReader = (parts: readonly string[], failure: SpackFailure) => FailureExplanation;

/** By what each says. The words differ between the versions of Spack, the numbers in them too. */
const readers: readonly (readonly [RegExp, ReasonReader])[] = [
  [
    /^(\S+): '(.+)' conflicts with '(.+)'$/,
    ([reason = '', name = '', a = '', b = '']) =>
      toConflict(reason, `the recipe of ${name} forbids ${a} together with ${b}: change one of them`, {
        package: name,
      }),
  ],
  [/^Cannot satisfy '([^'@]+)@([^']*)'(.*)$/, explainVersions],
  // 0.23 names the package only.
  [
    /^Cannot select a single "version" for package "(.+?)"/,
    ([reason = '', name = ''], failure) => {
      const { askers, where } = findAskers(name, failure);
      const hint = `several versions of ${name} are asked for, and an environment has one of each package: ${where}`;
      return toConflict(reason, hint, { package: name, askers });
    },
  ],
  [/^cannot satisfy a requirement for package '(.+?)'/, explainRequirement],
  [
    /^Cannot build (\S+), since it is configured `?buildable:false`? and no externals satisfy the request/,
    ([reason = '', name = '']) =>
      toConflict(
        reason,
        `${name} is not built but taken from the base image, where it does not fit what is asked for (version, variants, target or a conflict with another package): loosen that, or allow it to be built`,
        { package: name },
      ),
  ],
  [
    /^'(.+?)=(.*)' is not a valid value for '(.+?)' variant '.+?'/,
    ([, variant = '', value = '', packageName = ''], failure) =>
      describeBadValue({ packageName, variant, value }, failure),
  ],
  [
    /^Cannot set variant '(.+?)' for package '(.+?)' because the variant condition cannot be satisfied/,
    ([reason = '', variant = '', name = '']) =>
      toConflict(
        reason,
        `${name} has the variant ${variant} only under conditions of its recipe, mostly for certain versions: drop it, or choose such a version`,
        { package: name, variant },
      ),
  ],
  [
    /^'(.+?)' requires conflicting variant values '(.+?)' and '(.+?)'/,
    ([reason = '', name = '', a = '', b = '']) =>
      toConflict(
        reason,
        `one package asks for ${name} ${a}, another one for ${name} ${b}: ask for neither, or for the same in all specs`,
        { package: name },
      ),
  ],
  [
    /^'(.+?)' is not a (?:valid|possible) dependency (?:for|of) any/,
    ([reason = '', name = '']) =>
      toConflict(
        reason,
        `nothing in the environment uses ${name}: drop ^${name}, or make it a spec of its own`,
        { package: name },
      ),
  ],
  [
    /^Package '(.+?)' needs the deprecated version '(.+?)'/,
    ([, name = '', versions = ''], failure) => ({
      ...describeUnknownVersions([{ name, versions }], failure),
      message: describeDeprecated([{ name, versions }]),
    }),
  ],
  [
    /^Cannot find (?:a )?valid provider for virtual (\S+)/,
    ([reason = '', virtual = '']) =>
      toConflict(
        reason,
        `no package that provides ${virtual} fits all requests: look at what asks for one in particular`,
        { virtual },
      ),
  ],
];

function explainReason(reason: string, failure: SpackFailure): FailureExplanation | undefined {
  for (const [pattern, read] of readers) {
    const match = pattern.exec(reason);
    if (match !== null) return read([reason, ...match.slice(1)], failure);
  }
  return undefined;
}

/** One reason for: a version that does not exist, two versions of one package, an external in another one. */
function explainVersions(parts: readonly string[], failure: SpackFailure): FailureExplanation {
  const [reason = '', name = '', versions = '', rest = ''] = parts;
  const known = failure.versionsOf?.(name) ?? [];
  // None are read from a recipe that computes its versions, as that of cuda does.
  if (known.length > 0 && /^=?[\w.-]+$/.test(versions) && !known.some((each) => isVersion(each, versions))) {
    return describeUnknownVersions([{ name, versions }], failure);
  }
  const { askers, where } = findAskers(name, failure);
  const other = /@([^']+)'$/.exec(rest)?.[1] ?? /([\w.-]+)(?: does not match)?\)$/.exec(rest)?.[1];
  const found =
    other === undefined ? 'something else asks for another one' : `${other} is chosen for another reason`;
  return toConflict(
    reason,
    `${name} is asked for as ${versions}, but ${found}, and an environment has one version of each package: ${where}`,
    {
      package: name,
      askers,
    },
  );
}

/** True for 1.14.3 when 1.14 is asked for. */
function isVersion(version: string, asked: string): boolean {
  const plain = asked.replace(/^=/, '');
  return version === plain || version.startsWith(`${plain}.`) || version.startsWith(`${plain}-`);
}

function findAskers(name: string, { specs = [] }: SpackFailure): { askers: string[]; where: string } {
  const askers = specs.filter((spec) => asksForVersion(parseSpec(spec).spec, name));
  const where =
    askers.length > 1
      ? `${askers.map((spec) => `"${spec}"`).join(' and ')} ask for versions of it`
      : 'look at the specs, at `packages:`, at the MPI and GPU of the machine and at what the base image has';
  return { askers, where };
}

function asksForVersion(spec: Spec | undefined, name: string): boolean {
  if (spec === undefined) return false;
  return (
    (spec.name === name && spec.versions !== undefined) ||
    spec.dependencies.some((dependency) => asksForVersion(dependency, name))
  );
}

function explainRequirement([reason = '', name = '']: readonly string[]): FailureExplanation {
  const required =
    name === 'mpi'
      ? "the machine's MPI, which is required for the whole environment"
      : `what is required of it (or of \`all\`)`;
  const hint = `compare what the specs, \`packages:\` and the base image say of ${name} with ${required}: version, variants, target`;
  return toConflict(reason, hint, { package: name });
}

/** What Spack prints when it has no reason to give; in 1.3 an external in another version does that. */
function explainInternalError(error: SpackErrorText): FailureExplanation | undefined {
  if (!error.message.startsWith('Spack concretizer internal error')) return undefined;
  const spec = /^\s+(.+?) is unsatisfiable/.exec(error.lines[0] ?? '')?.[1];
  return {
    code: 'SPACK_CONFLICT',
    message: `${spec === undefined ? 'the environment' : `"${spec}"`} has no solution, and Spack gives no reason`,
    hint: 'loosen versions one by one; one that the base image has in another version is a known cause',
    details: { spec, lastLines: firstLines(error) },
  };
}
