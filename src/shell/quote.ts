/**
 * Quotes a word so that a POSIX shell reads it back unchanged, whatever is in it.
 *
 * An apostrophe becomes `'"'"'`: the shorter `'\''` is misread by the interpreter that Apptainer has
 * built in (mvdan.cc/sh keeps the backslash in an assignment).
 */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
