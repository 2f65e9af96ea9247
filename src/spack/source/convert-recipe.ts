/** A recipe for Spack 1.x, and what was changed in it. */
export type ConvertedRecipe = {
  readonly text: string;
  /** Empty for a recipe that needs no change. */
  readonly changes: readonly string[];
};

/** Raised when recipes are converted differently, so that older ones in caches are not taken. */
export const conversionVersion = 2;

/** `from spack import *` and, older still, `from spack.pkgkit import *`. */
const oldImport = /^from spack(?:\.pkgkit)? import \*/gm;

/** A whole `depends_on('a ^b', …)` on one line; what follows the spec is kept. */
const dependency = /^([ \t]*)depends_on\(\s*(["'])([^"'\n]*\^[^"'\n]*)\2(.*)\)([ \t]*(?:#.*)?)$/gm;

/** Of a build system that compiles. */
const compiledClass =
  /^class \w+\([^)]*\b(?:Package|(?:Autotools|CMake|Cuda|Makefile|Meson|Python|QMake|R|ROCm|SCons|Waf)Package)\b[^)]*\):/m;

const namedLanguage = /^[ \t]*depends_on\(\s*["'](?:c|cxx|fortran)["']/m;

const directives = '(?:version|variant|depends_on|extends|provides|conflicts|patch)\\(';
const directive = new RegExp(`^([ \\t]+)${directives}`, 'gm');

/**
 * Makes a recipe of before Spack 1.0 one that Spack 1.x loads. What the recipe means stays:
 *
 * ```
 * from spack import *                     →  from spack.package import *
 * depends_on('a@1: ^b@2:', type='run')    →  depends_on('a@1:', type='run')
 *                                            depends_on('b@2:', type='run')
 * class A(CMakePackage):                  →  depends_on("c", type="build"), and so for cxx and fortran
 * ```
 *
 * Before 1.0 every package had compilers; now one that names no language is built without the compiler, and
 * so without the microarchitecture, of its environment.
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
  const compiled = addLanguages(split);
  if (compiled !== split) changes.add('needs compilers');
  return { text: compiled, changes: [...changes] };
}

/** Before the first directive of the class: deeper ones may stand under a condition. */
function addLanguages(text: string): string {
  if (!compiledClass.test(text) || namedLanguage.test(text)) return text;
  const indents = [...text.matchAll(directive)].map(([, indent = '']) => indent);
  const outermost = indents.toSorted((a, b) => a.length - b.length)[0];
  if (outermost === undefined) return text;
  return text.replace(
    new RegExp(`^${outermost}(?=${directives})`, 'm'),
    ['c', 'cxx', 'fortran'].map((name) => `${outermost}depends_on("${name}", type="build")\n`).join('') +
      outermost,
  );
}
