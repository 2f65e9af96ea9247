import { isCompiler, type Spec, type SpecDependency, type SpecVariant } from './spec.ts';

/**
 * Rewrites what steps for older Spacks hold, so that it keeps its meaning under Spack 1: `curl=False` is
 * `~curl`, and in `hdf5 %gcc@12 +mpi` the variant is that of hdf5, which Spack 1 would give to gcc.
 */
export function normalizeLegacySpec(spec: Spec): Spec {
  const late = spec.dependencies.filter(isLegacyCompiler);
  const moved = late.flatMap(({ variants }) => variants);
  const target = spec.target ?? late.find((compiler) => compiler.target !== undefined)?.target;
  return {
    ...spec,
    variants: [...spec.variants, ...moved].map(normalizeVariant),
    ...(target !== undefined && { target }),
    dependencies: spec.dependencies.map((dependency) => ({
      ...normalizeLegacySpec(isLegacyCompiler(dependency) ? withoutSettings(dependency) : dependency),
      ...edgeOf(dependency),
    })),
  };
}

/** `%c=gcc` came with Spack 1: what follows it is meant for the compiler. */
function isLegacyCompiler(dependency: SpecDependency): boolean {
  return isCompiler(dependency) && dependency.virtuals === undefined;
}

function withoutSettings({ target: _target, ...compiler }: SpecDependency): SpecDependency {
  return { ...compiler, variants: [] };
}

function edgeOf({ sigil, virtuals, attributes }: SpecDependency) {
  return { sigil, ...(virtuals && { virtuals }), ...(attributes !== undefined && { attributes }) };
}

function normalizeVariant(variant: SpecVariant): SpecVariant {
  const { name, value, isPropagated } = variant;
  if (typeof value === 'boolean' || !/^(?:true|false)$/i.test(value)) return variant;
  return { name, value: value.toLowerCase() === 'true', ...(isPropagated && { isPropagated }) };
}
