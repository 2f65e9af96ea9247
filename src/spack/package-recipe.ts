/** A variant that a recipe declares. */
export type DeclaredVariant = {
  readonly name: string;
  /** Absent where any value is allowed, or where the recipe computes them. */
  readonly values?: readonly string[];
};

/**
 * The versions that a `package.py` declares in plain words, in its order; deprecated ones are left out,
 * since Spack refuses them. What a recipe computes (a loop over a list) is not seen.
 */
export function readVersions(packagePy: string): string[] {
  const current = readCalls(packagePy, 'version').filter((call) => !/\bdeprecated\s*=\s*True\b/.test(call));
  return unique(current.flatMap((call) => firstString(call) ?? []));
}

/**
 * The variants that a `package.py` declares, and those that its base classes are known to add.
 *
 * @see Spack documentation, Build systems
 */
export function readVariants(packagePy: string): DeclaredVariant[] {
  const own = readCalls(packagePy, 'variant').flatMap((call): DeclaredVariant[] => {
    const name = firstString(call);
    if (name === undefined) return [];
    const values = readValues(call);
    return [values === undefined ? { name } : { name, values }];
  });
  const bases = /^class\s+\w+\(([^)]*)\)/gm;
  const inherited = [...packagePy.matchAll(bases)]
    .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()))
    .flatMap((name) => inheritedVariants.get(name) ?? []);
  const all = [...own, ...inherited, { name: 'build_system' }];
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

const flag = (name: string): DeclaredVariant => ({ name, values: ['true', 'false'] });

/** What the build systems of Spack's package repository add; versions 2024 to 2026 agree. */
const inheritedVariants: ReadonlyMap<string, readonly DeclaredVariant[]> = new Map([
  ['CudaPackage', [flag('cuda'), { name: 'cuda_arch' }]],
  ['ROCmPackage', [flag('rocm'), { name: 'amdgpu_target' }]],
  [
    'CMakePackage',
    [
      { name: 'build_type', values: ['Debug', 'Release', 'RelWithDebInfo', 'MinSizeRel'] },
      flag('ipo'),
      { name: 'generator', values: ['make', 'ninja'] },
    ],
  ],
  [
    'MesonPackage',
    [
      { name: 'buildtype', values: ['plain', 'debug', 'debugoptimized', 'release', 'minsize'] },
      flag('strip'),
      { name: 'default_library', values: ['shared', 'static'] },
    ],
  ],
]);

/** The arguments of each statement that calls a function; comments and docstrings are no code. */
function readCalls(packagePy: string, name: string): string[] {
  const source = packagePy.replaceAll(/^[ \t]*("""|''')[\s\S]*?\1/gm, '');
  const starts = source.matchAll(new RegExp(String.raw`^[ \t]*${name}\(`, 'gm'));
  return Array.from(starts, ({ index, 0: start }) => readArguments(source, index + start.length));
}

const pythonToken =
  /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*|[()[\]{}]|[^"'#()[\]{}]+|["']/y;

/** All up to the bracket that closes the call. */
function readArguments(source: string, start: number): string {
  let depth = 1;
  let text = '';
  pythonToken.lastIndex = start;
  while (depth > 0) {
    const token = pythonToken.exec(source)?.[0];
    if (token === undefined) break;
    if ('([{'.includes(token)) depth++;
    if (')]}'.includes(token)) depth--;
    if (depth > 0 && !token.startsWith('#')) text += token;
  }
  return text;
}

const stringLiteral = /(["'])((?:(?!\1)[^\\\n]|\\.)*)\1/;

function firstString(call: string): string | undefined {
  return new RegExp(`^\\s*${stringLiteral.source}`).exec(call)?.[2];
}

/** Values that are written out; without any, a variant is a switch unless its default is a text. */
function readValues(call: string): string[] | undefined {
  const [, listed] = /\bvalues\s*=\s*[([]([^\])]*)[\])]/.exec(call) ?? [];
  if (listed !== undefined) {
    const strings = [...listed.matchAll(new RegExp(stringLiteral, 'g'))].map(([, , value = '']) => value);
    return strings.length > 0 ? strings : undefined;
  }
  const isComputed = /\bvalues\s*=/.test(call);
  return !isComputed && /\bdefault\s*=\s*(?:True|False)\b/.test(call) ? ['true', 'false'] : undefined;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
