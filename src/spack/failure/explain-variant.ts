import { findNearestName } from '../../errors/nearest-name.ts';
import { parseSpec } from '../parse-spec.ts';
import type { Spec } from '../spec.ts';
import { type Explainer, type FailureExplanation, joinNames, type SpackFailure } from './failure.ts';

/** `No such variant {'nosuch'} for spec: 'zlib+nosuch'`, also in the words of other versions. */
export const explainUnknownVariant: Explainer = (error, failure) => {
  const [, listed, text] = /^No such variant \{(.+)\} for spec: '(.*)'$/.exec(error.message) ?? [];
  const [, single, owner] = /^No such variant '(.+)' in package (\S+)/.exec(error.message) ?? [];
  const names = [...(listed ?? `'${single ?? ''}'`).matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
  const [first] = names;
  if (first === undefined) return undefined;
  const packageName = owner ?? findOwner(parseSpec(text ?? '').spec, first);
  const known = packageName === undefined ? undefined : failure.variantsOf?.(packageName);
  const knownNames = known?.map(({ name }) => name) ?? [];
  const nearest = findNearestName(first, knownNames);
  const list = knownNames.length === 0 ? undefined : `it has ${knownNames.slice(0, 20).join(', ')}`;
  const subject = packageName ?? `the package of "${text ?? ''}"`;
  return {
    code: 'SPACK_UNKNOWN_VARIANT',
    message: `${subject} has no variant ${joinNames(
      names.map((name) => `"${name}"`),
      'or',
    )}`,
    hint:
      (nearest === undefined ? list : `did you mean "${nearest}"? ${list}`) ??
      'leave the variant out, or use one that the recipe has',
    details: { package: packageName, variants: names, known: knownNames, nearest },
  };
};

/** The part of a spec that sets a variant. */
function findOwner(spec: Spec | undefined, variant: string): string | undefined {
  const nodes = (each: Spec): Spec[] => [each, ...each.dependencies.flatMap(nodes)];
  return spec && nodes(spec).find(({ variants }) => variants.some(({ name }) => name === variant))?.name;
}

/** `invalid values for variant 'device' in package mpich: 'ch9'` */
export const explainBadValue: Explainer = (error, failure) => {
  const [, variant, packageName, values] =
    /^invalid values for variant '(.+?)' in package (\S+): (.+)$/.exec(error.message) ?? [];
  if (variant === undefined || packageName === undefined || values === undefined) return undefined;
  const [value = values] = [...values.matchAll(/'([^']*)'/g)].map(([, each = '']) => each);
  return describeBadValue({ packageName, variant, value }, failure);
};

export function describeBadValue(
  {
    packageName,
    variant,
    value,
  }: { readonly packageName: string; readonly variant: string; readonly value: string },
  { variantsOf }: SpackFailure,
): FailureExplanation {
  const known = variantsOf?.(packageName)?.find(({ name }) => name === variant)?.values ?? [];
  const nearest = findNearestName(value, known);
  const list = `${variant} is one of ${known.slice(0, 20).join(', ')}`;
  return {
    code: 'SPACK_UNKNOWN_VARIANT',
    message: `the variant ${variant} of ${packageName} cannot be "${value}"`,
    hint:
      known.length === 0
        ? `see which values the recipe of ${packageName} has for ${variant}`
        : `${nearest === undefined ? '' : `did you mean "${nearest}"? `}${list}`,
    details: { package: packageName, variant, value, known, nearest },
  };
}
