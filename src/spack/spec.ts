/** One setting of a package: `+mpi`, `~mpi`, `apps=LinearSolversApplication`, `cflags="-O3 -g"`. */
export type SpecVariant = {
  readonly name: string;
  /** Of `name=value`: the text without its quotes, which may be a list (`c,cxx`). */
  readonly value: string | boolean;
  /** `++name`, `~~name`, `name==value`: meant for the dependencies as well. */
  readonly isPropagated?: true;
  /** `name:=value`: these values and no others. */
  readonly isExact?: true;
};

/** A Spack spec. One without a name restricts whatever package it is applied to (`target=zen2`). */
export type Spec = {
  readonly name?: string;
  /** The repository that the package comes from, where it is written: `builtin.zlib`. */
  readonly namespace?: string;
  /** What follows `@`, without blanks: `1.14`, `=1.14.3`, `1.2:1.4,1.6:`, `git.main=1.0`. */
  readonly versions?: string;
  /** In the order in which they were written; compiler flags are among them. */
  readonly variants: readonly SpecVariant[];
  readonly platform?: string;
  readonly os?: string;
  /** A microarchitecture, or a range or list of them: `zen2`, `x86_64_v3:`. */
  readonly target?: string;
  /** All of a package's hash or its beginning. */
  readonly hash?: string;
  readonly dependencies: readonly SpecDependency[];
};

/** A package that another one uses, with how it is bound to it. */
export type SpecDependency = Spec & {
  /** `^` anywhere below the root, `%` directly (compilers above all), `%%` directly and below. */
  readonly sigil: '^' | '%' | '%%';
  /** What it stands in for: `c` and `cxx` in `%c,cxx=gcc@13`. */
  readonly virtuals?: readonly string[];
  /** Other settings of the edge, as written between brackets: `when=+mpi deptypes=build`. */
  readonly attributes?: string;
};

/** Packages that are compilers, in the names of Spack 0.23 and of Spack 1. */
export const compilerNames: ReadonlySet<string> = new Set([
  'acfl',
  'aocc',
  'apple-clang',
  'arm',
  'cce',
  'clang',
  'fj',
  'gcc',
  'intel',
  'intel-oneapi-compilers',
  'intel-oneapi-compilers-classic',
  'llvm',
  'llvm-amdgpu',
  'nag',
  'nvhpc',
  'oneapi',
  'rocmcc',
  'xl',
]);

const archspecCompilers: Readonly<Record<string, string>> = {
  acfl: 'arm',
  'intel-oneapi-compilers': 'oneapi',
  'intel-oneapi-compilers-classic': 'intel',
  llvm: 'clang',
};

/** archspec's name of a compiler package: `clang` for `llvm`. */
export function toArchspecCompiler(packageName: string): string {
  return archspecCompilers[packageName] ?? packageName;
}

/** Virtual packages that stand for a language's compiler. */
export const languages: readonly string[] = ['c', 'cxx', 'fortran'];

/** The compiler that a spec asks for: the first of them, since each language may have its own. */
export function compilerOf(spec: Spec): SpecDependency | undefined {
  return spec.dependencies.find(isCompiler);
}

/** True for `%gcc` and for `%c=anything`. */
export function isCompiler({ sigil, name, virtuals = [] }: SpecDependency): boolean {
  const isNamed = name !== undefined && compilerNames.has(name);
  return sigil !== '^' && (isNamed || virtuals.some((virtual) => languages.includes(virtual)));
}

/** Writes a spec so that Spack 0.23 and 1.x read the same from it. */
export function formatSpec(spec: Spec): string {
  const direct = spec.dependencies.filter(({ sigil }) => sigil !== '^');
  // After `^name` every `%` belongs to that dependency: the root's own come first.
  const dependencies = [...direct, ...spec.dependencies.filter(({ sigil }) => sigil === '^')];
  return [formatNode(spec), ...dependencies.map(formatDependency)].filter((part) => part !== '').join(' ');
}

function formatDependency(dependency: SpecDependency): string {
  const { sigil, virtuals = [], attributes } = dependency;
  const edge = attributes === undefined ? '' : `[${attributes}] `;
  const standsFor = virtuals.length === 0 ? '' : `${virtuals.join(',')}=`;
  return `${sigil}${edge}${standsFor}${formatSpec(dependency)}`;
}

/** Name and version, then switches, then settings: a switch after a value would be read as part of it. */
function formatNode(spec: Spec): string {
  const switches = spec.variants.filter(({ value }) => typeof value === 'boolean').map(formatVariant);
  const settings = spec.variants.filter(({ value }) => typeof value === 'string').map(formatVariant);
  const namespace = spec.namespace === undefined ? '' : `${spec.namespace}.`;
  const name = spec.name === undefined ? '' : `${namespace}${spec.name}`;
  const versions = spec.versions === undefined ? '' : `@${spec.versions}`;
  const places = (['platform', 'os', 'target'] as const).flatMap((key) =>
    spec[key] === undefined ? [] : [`${key}=${quoteIfNeeded(spec[key])}`],
  );
  const hash = spec.hash === undefined ? [] : [`/${spec.hash}`];
  const head = `${name}${versions}${switches.join('')}`;
  return [head, ...settings, ...places, ...hash].filter((part) => part !== '').join(' ');
}

function formatVariant({ name, value, isPropagated, isExact }: SpecVariant): string {
  if (typeof value === 'boolean') return (value ? '+' : '~').repeat(isPropagated ? 2 : 1) + name;
  return `${name}${isExact ? ':' : ''}${isPropagated ? '==' : '='}${quoteIfNeeded(value)}`;
}

/** Unquoted are only values that every version of Spack takes without quotes. */
function quoteIfNeeded(value: string): string {
  if (/^[\w.,:/*-][\w.,:/*+-]*$/.test(value)) return value;
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  return `${quote}${value.replaceAll(quote, `\\${quote}`)}${quote}`;
}
