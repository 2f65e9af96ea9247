/** A word of a spec. `groups` are the parts that its kind has. */
export type SpecToken = {
  readonly kind: SpecTokenKind;
  readonly text: string;
  /** Index of its first character. */
  readonly offset: number;
  readonly groups: readonly (string | undefined)[];
};

const identifier = '[A-Za-z0-9_][A-Za-z0-9_-]*';
const key = '[A-Za-z0-9_][A-Za-z0-9_.-]*';
const quoted = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`;

/**
 * Spack 1 takes `%` and `^` into a value, Spack 0.23 does not. Old steps rely on the latter
 * (`apps=A^fftw`), and no value that has been seen holds either.
 */
const bareValue = String.raw`[\w+*.,:=~/\\-]+`;

const version = '=?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?';
/** The end of a range is no version when it is the name of the next setting: `@1.2:target=zen2`. */
const range = String.raw`(?:${version})?:(?:${version}(?![\w.-]|\s*=))?`;
const versions = String.raw`(?:${range}|${version})(?:\s*,\s*(?:${range}|${version}))*`;
const gitVersion = String.raw`(?:git\.[A-Za-z0-9_][\w./-]*|[0-9a-fA-F]{40}(?![\w.-]))(?:=${version})?`;

/** In the order in which they are tried. */
const patterns = {
  blank: String.raw`\s+`,
  /** sigil, edge attributes, virtuals */
  dependency: String.raw`(\^|%%|%)(?:\s*\[((?:${quoted}|[^\]'"])*)\])?\s*(?:(${identifier}(?:,${identifier})*)=(?=${identifier}))?`,
  /** versions */
  version: String.raw`@(${gitVersion}|\s*${versions})`,
  /** sign, name */
  switch: String.raw`(\+\+|~~|--|[+~-])\s*(${key})`,
  /** name, operator, value */
  setting: `(${key})(:?==?)(${quoted}|${bareValue})`,
  /** name, operator, what follows: a setting that Spack does not take */
  'broken-setting': String.raw`(${key})\s*(:?==?)\s*((?:['"].*)|[\w.,:/-]*)`,
  /** namespace, name */
  name: String.raw`((?:${identifier}\.)*)(${identifier}|\*)`,
  /** hash */
  hash: '/([A-Za-z0-9_]+)',
  unexpected: String.raw`\S+`,
} as const;

export type SpecTokenKind = keyof typeof patterns;

const matchers = Object.entries(patterns).map(([kind, source]) => ({
  kind: kind as SpecTokenKind,
  pattern: new RegExp(source, 'sy'),
}));

/**
 * Splits a spec into its words; blanks are left out. Every character belongs to a word: what Spack would
 * not take is in words of the kinds `broken-setting` and `unexpected`.
 *
 * @see Spack documentation, Spec syntax
 */
export function scanSpec(text: string): SpecToken[] {
  const tokens: SpecToken[] = [];
  let offset = 0;
  while (offset < text.length) {
    const token = matchAt(text, offset);
    if (token.kind !== 'blank') tokens.push(token);
    offset += token.text.length;
  }
  return tokens;
}

function matchAt(text: string, offset: number): SpecToken {
  for (const { kind, pattern } of matchers) {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    if (match !== null) return { kind, text: match[0], offset, groups: match.slice(1) };
  }
  return { kind: 'unexpected', text: text.slice(offset), offset, groups: [] };
}
