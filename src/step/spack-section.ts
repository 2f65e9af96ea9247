import { z } from 'zod';
import { findNearestName } from '../errors/nearest-name.ts';
import { parseSpec } from '../spack/parse-spec.ts';
import { compilerNames } from '../spack/spec.ts';
import { isSpecReference } from '../spack/spec-reference.ts';
import { type Check, checkedText } from './checked-text.ts';

const checkSpackSpec: Check = (text) => {
  const [fault] = isSpecReference(text) ? [] : parseSpec(text).problems;
  if (fault === undefined) return undefined;
  return { message: fault.message, hint: fault.hint ?? 'write a spec such as hdf5@1.14 +mpi ^openmpi@4' };
};

/** Of mappings Spack takes matrices only, and what refers to definitions. */
const specMatrix = z.looseObject({}).superRefine((mapping, context) => {
  const [first] = Object.entries(mapping);
  if (first === undefined || 'matrix' in mapping || 'exclude' in mapping) return;
  const [name, value] = first;
  if (name.startsWith('$')) return;
  const version = typeof value === 'string' || typeof value === 'number' ? `@${value}` : '';
  context.addIssue({
    code: 'custom',
    message: 'must be a Spack spec, not a mapping',
    params: { hint: `write "${name}${version}"` },
  });
});

const spackSpec = z.union([checkedText(checkSpackSpec), specMatrix], { error: 'must be a Spack spec' });

/** Sections of an environment. @see Spack documentation, Environments */
const sectionNames: readonly string[] = [
  'bootstrap',
  'cdash',
  'ci',
  'compilers',
  'concretizer',
  'config',
  'definitions',
  'develop',
  'env_vars',
  'include',
  'include_concrete',
  'mirrors',
  'modules',
  'packages',
  'repos',
  'specs',
  'toolchains',
  'upstreams',
  'view',
];

type Report = (path: (string | number)[], message: string, hint: string) => void;

export const spackSchema = z
  .looseObject({
    specs: z
      .array(spackSpec)
      .nullish()
      .meta({ description: 'Packages to build', examples: [['hdf5@1.14 +mpi']] }),
    packages: z.looseObject({}).nullish().meta({ description: 'What Spack prefers or requires of packages' }),
  })
  .superRefine((section, context) => {
    const report: Report = (path, message, hint) =>
      context.addIssue({ code: 'custom', path, message, params: { hint } });
    reportSlips(Object.keys(section), report);
    reportCompilers(section.packages?.['all'], report);
  })
  .meta({ description: "A Spack environment, as under the key spack of Spack's spack.yaml" });

/** A section that is nearly one of Spack's; any other unknown one is left to Spack, whose next release may have it. */
function reportSlips(names: readonly string[], report: Report): void {
  for (const name of names.filter((each) => !sectionNames.includes(each.replace(/:$/, '')))) {
    const nearest = findNearestName(name, sectionNames);
    if (nearest === undefined) continue;
    report([name], 'is not a section of a Spack environment', `did you mean "${nearest}"?`);
  }
}

/** `packages: {all: {compiler: [gcc@12]}}` */
function reportCompilers(all: unknown, report: Report): void {
  const compilers = typeof all === 'object' && all !== null && 'compiler' in all ? [all.compiler].flat() : [];
  for (const [index, compiler] of compilers.entries()) {
    const meant = findMeantCompiler(String(compiler));
    if (meant === undefined) continue;
    const path = ['packages', 'all', 'compiler', index];
    report(path, `"${compiler}" is no compiler that Spack knows`, `did you mean "${meant}"?`);
  }
}

/** `gc@12`, and `gcc-12` as Debian's package is called. */
function findMeantCompiler(text: string): string | undefined {
  const [name = ''] = /^[\w-]+/.exec(text) ?? [];
  if (compilerNames.has(name)) return undefined;
  const [, base = '', version = ''] = /^([a-z]+)-?(\d[\d.]*)$/.exec(text) ?? [];
  if (compilerNames.has(base)) return `${base}@${version}`;
  const nearest = findNearestName(name, compilerNames);
  return nearest && text.replace(name, nearest);
}
