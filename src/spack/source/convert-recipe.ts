/** A recipe for Spack 1.x, and what was changed in it. */
export type ConvertedRecipe = {
  readonly text: string;
  /** Empty for a recipe that needs no change. */
  readonly changes: readonly string[];
};

/** Raised when recipes are converted differently, so that older ones in caches are not taken. */
export const conversionVersion = 1;

/** `from spack import *` and, older still, `from spack.pkgkit import *`. */
const oldImport = /^from spack(?:\.pkgkit)? import \*/gm;

/** A whole `depends_on('a ^b', …)` on one line; what follows the spec is kept. */
const dependency = /^([ \t]*)depends_on\(\s*(["'])([^"'\n]*\^[^"'\n]*)\2(.*)\)([ \t]*(?:#.*)?)$/gm;

/**
 * Makes a recipe of before Spack 1.0 one that Spack 1.x loads. What the recipe means stays:
 *
 * ```
 * from spack import *                     →  from spack.package import *
 * depends_on('a@1: ^b@2:', type='run')    →  depends_on('a@1:', type='run')
 *                                            depends_on('b@2:', type='run')
 * ```
 *
 * @see Spack 1.0 release notes; its error "the '^' sigil cannot be used in 'depends_on' directives"
 */
export function convertRecipe(text: string): ConvertedRecipe {
  const changes = new Set<string>();
  const imported = text.replaceAll(oldImport, () => {
    changes.add('imports spack.package');
    return 'from spack.package import *';
  });
  const split = imported.replaceAll(dependency, (...match) => {
    const [whole, indent, quote, spec, rest, end] = match as string[];
    const parts = (spec ?? '').split('^').map((part) => part.trim());
    if (parts.some((part) => part === '')) return whole ?? '';
    changes.add(`depends on ${parts.join(' and ')} one by one`);
    return parts.map((part) => `${indent}depends_on(${quote}${part}${quote}${rest})${end}`).join('\n');
  });
  return { text: split, changes: [...changes] };
}
