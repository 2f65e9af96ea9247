import { parseSpec } from '../parse-spec.ts';
import { compilerNames, compilerOf, formatSpec, type Spec } from '../spec.ts';
import type { Explainer, FailureExplanation, SpackFailure } from './failure.ts';

/** What Spack 0.23 says of a compiler that is not there; all but the last name it. */
const missingCompilers: readonly RegExp[] = [
  /^Compiler (\S+) requested for \S+ cannot be found/,
  /^No valid compiler for \S+ satisfies '%(\S+)'/,
  /^Package \S+ cannot satisfy '%(\S+)'/,
  /^Cannot set the required compiler: \S+?%(\S+)/,
  /^No compilers with spec (\S+) found/,
  /^No compilers match spec (\S+)/,
  /^No compilers for operating system \S+ satisfy spec (\S+)/,
  /^No valid compiler version found for '.*'/,
];

/** Of reasons that a solver gives, the first. */
export function explainCompilerReason(
  [reason = '']: readonly string[],
  failure: SpackFailure,
): FailureExplanation | undefined {
  const match = missingCompilers.map((pattern) => pattern.exec(reason)).find((each) => each !== null);
  if (match !== undefined) return describeMissing(match[1], failure);
  // In Spack 1 compilers are packages that may not be built.
  const [, name] = /^Cannot build (\S+), since it is configured `?buildable:false/.exec(reason) ?? [];
  if (name !== undefined && compilerNames.has(name))
    return describeMissing(findAsked(failure, name) ?? name, failure);
  const isLanguage = /^Only external, or concrete, compilers are allowed for the \S+ language/.test(reason);
  return isLanguage ? describeMissing(findAsked(failure), failure) : undefined;
}

/** Of errors outside of the solver. */
export const explainMissingCompiler: Explainer = ({ message }, failure) =>
  explainCompilerReason([message], failure);

/** The compiler that the specs ask for, `gcc@13`. */
function findAsked({ specs = [] }: SpackFailure, name?: string): string | undefined {
  const nodes = (spec: Spec): Spec[] => [spec, ...spec.dependencies];
  const asked = specs
    .flatMap((text) => parseSpec(text).spec ?? [])
    .flatMap(nodes)
    .flatMap((spec) => compilerOf(spec) ?? [])
    .find((compiler) => name === undefined || compiler.name === name);
  if (asked === undefined) return undefined;
  const { name: askedName, versions } = asked;
  return formatSpec({
    variants: [],
    dependencies: [],
    ...(askedName !== undefined && { name: askedName }),
    ...(versions !== undefined && { versions }),
  });
}

function describeMissing(asked: string | undefined, { compiler }: SpackFailure): FailureExplanation {
  const major = /^gcc@=?(\d+)/.exec(asked ?? '')?.[1];
  const present =
    compiler && [compiler.name, compiler.version].filter((part) => part !== undefined).join(' ');
  const ways = [
    ...(present === undefined ? [] : [`ask for ${present}, which is there`]),
    ...(major === undefined ? [] : [`name g++-${major} under \`apt:\` where the suite has it`]),
  ];
  return {
    code: 'SPACK_COMPILER_MISSING',
    message:
      asked === undefined
        ? 'a compiler that is asked for is not there'
        : `the compiler ${asked} is not there`,
    hint: ways.length === 0 ? 'ask for a compiler of the base image' : ways.join(', or '),
    details: { asked, present },
  };
}
