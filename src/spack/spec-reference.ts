/**
 * Whether an entry of `specs:` stands for a list of `definitions:`: `$tools`, `$^mpis`, `$%compilers`.
 *
 * @see Spack documentation, Environments, Spec list references
 */
export function isSpecReference(text: string): boolean {
  return /^\$[%^]?\w+$/.test(text);
}
