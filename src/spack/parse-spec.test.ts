import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSpec } from './parse-spec.ts';
import { formatSpec, type Spec, type SpecDependency, type SpecVariant } from './spec.ts';

const node = { variants: [], dependencies: [] };

test.each<[string, Partial<Spec>]>([
  ['hdf5@1.14 +mpi', { name: 'hdf5', versions: '1.14', variants: [{ name: 'mpi', value: true }] }],
  [
    'kratos@9.4 apps=LinearSolversApplication',
    { name: 'kratos', versions: '9.4', variants: [{ name: 'apps', value: 'LinearSolversApplication' }] },
  ],
  [
    'gromacs@2022.3~mpi^fftw~mpi',
    {
      name: 'gromacs',
      versions: '2022.3',
      variants: [{ name: 'mpi', value: false }],
      dependencies: [{ ...node, sigil: '^', name: 'fftw', variants: [{ name: 'mpi', value: false }] }],
    },
  ],
  [
    'exageostat@master+cuda',
    { name: 'exageostat', versions: 'master', variants: [{ name: 'cuda', value: true }] },
  ],
  [
    'proj@7.2.0 curl=False tiff=False',
    {
      name: 'proj',
      versions: '7.2.0',
      variants: [
        { name: 'curl', value: 'False' },
        { name: 'tiff', value: 'False' },
      ],
    },
  ],
  ['%gcc@13', { dependencies: [{ ...node, sigil: '%', name: 'gcc', versions: '13' }] }],
  [
    '%c,cxx=gcc@13',
    { dependencies: [{ ...node, sigil: '%', name: 'gcc', versions: '13', virtuals: ['c', 'cxx'] }] },
  ],
  ['target=zen2', { target: 'zen2' }],
  ['arch=linux-debian12-zen2', { platform: 'linux', os: 'debian12', target: 'zen2' }],
  ['arch=linux-None-zen2', { platform: 'linux', target: 'zen2' }],
  ['zlib ++pic', { name: 'zlib', variants: [{ name: 'pic', value: true, isPropagated: true }] }],
  ['zlib ~~pic', { name: 'zlib', variants: [{ name: 'pic', value: false, isPropagated: true }] }],
  ['zlib x==y', { name: 'zlib', variants: [{ name: 'x', value: 'y', isPropagated: true }] }],
  ['zlib cflags="-O3 -g"', { name: 'zlib', variants: [{ name: 'cflags', value: '-O3 -g' }] }],
  ["gcc languages:='c'", { name: 'gcc', variants: [{ name: 'languages', value: 'c', isExact: true }] }],
  ['zlib@git.feature/x=1.3', { name: 'zlib', versions: 'git.feature/x=1.3' }],
  ['zlib@1.2:target=zen2', { name: 'zlib', versions: '1.2:', target: 'zen2' }],
  ['zlib /abc', { name: 'zlib', hash: 'abc' }],
])('%s', (text, expected) => {
  expect(parseSpec(text)).toEqual({ spec: { ...node, ...expected }, problems: [] });
});

test('a value ends where a dependency begins, as in Spack 0.23', () => {
  const { spec } = parseSpec('kratos apps=A^fftw%gcc@12');
  expect(spec?.variants).toEqual([{ name: 'apps', value: 'A' }]);
  expect(spec?.dependencies).toMatchObject([
    { name: 'fftw', dependencies: [{ name: 'gcc', versions: '12' }] },
  ]);
});

describe('faults are told with their column and what to write', () => {
  test.each([
    ['compss==3.1', 1, 'sets a variant and names no package', 'did you mean compss@3.1?'],
    ['compss ==3.1', 1, 'sets a variant and names no package', 'did you mean compss@3.1?'],
    ['compss>=3.1', 7, '">=3.1" has no meaning', 'did you mean compss@3.1:?'],
    ['compss <=3.1', 8, '"<=3.1" has no meaning', 'did you mean compss@:3.1?'],
    ['compss 3.1', 8, '"3.1" is no package', 'did you mean compss@3.1?'],
    ['hdf5 zlib', 6, 'a second package', '^zlib for a dependency'],
    ['hdf5@1.14@1.12', 10, 'two versions: @1.14 and @1.12', 'keep one'],
    ['zlib@@1.2', 5, '"@@1.2" has no meaning', 'write a version after @'],
    ['hdf5 +mpi ~mpi', 11, 'the variant mpi is given twice', 'keep one'],
    ['hdf5 target=zen2 target=zen3', 18, 'target is given twice', 'keep one'],
    ['hdf5 ^', 6, 'nothing follows "^"', 'write ^name'],
    ['hdf5 ^ %gcc', 6, 'nothing follows "^"', 'write ^name'],
    ['proj curl = False', 6, 'blanks in "curl = False"', 'write curl=False'],
    ['proj curl=', 6, 'curl has no value', 'write curl=value'],
    ['hdf5 cflags="-O3 -g', 6, 'quote after cflags= is not closed', 'with "'],
    ['hdf5 arch=zen2', 6, '"zen2" is no architecture', 'target=zen2 alone'],
    ['hdf5 /a/b', 8, 'two hashes', 'keep one'],
    ['hdf5 $(id)', 6, 'has no meaning', 'write name@version'],
    ['"hdf5"', 1, 'has no meaning', 'quotes around the value'],
    [' ', 1, 'the spec is empty', 'write name@version'],
  ])('%j', (text, column, message, hint) => {
    const { spec, problems } = parseSpec(text);
    expect(spec).toBeUndefined();
    expect(problems[0]).toMatchObject({
      severity: 'error',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
      position: { line: 1, column },
    });
  });

  test('all of them at once', () => {
    expect(parseSpec('hdf5 zlib @1 @2 ^').problems.map(({ position }) => position?.column)).toEqual([
      6, 14, 17,
    ]);
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,3})?$/);
const version = fc.stringMatching(/^=?[0-9]{1,2}(\.[0-9a-z]{1,3}){0,2}$/);
const value = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9,.:/_-]{1,8}$/),
  fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\\')),
);
const flag = fc.constant(true as const);
const variant: fc.Arbitrary<SpecVariant> = fc.oneof(
  fc.record({ name, value: fc.boolean(), isPropagated: flag }, { requiredKeys: ['name', 'value'] }),
  fc.record({ name, value, isPropagated: flag, isExact: flag }, { requiredKeys: ['name', 'value'] }),
);
const reserved = new Set(['arch', 'os', 'target']);
const variants = fc
  .uniqueArray(variant, { selector: (each) => each.name, maxLength: 4 })
  .map((all) => all.filter((each) => !reserved.has(each.name)))
  .map((all) =>
    all.toSorted((a, b) => Number(typeof b.value === 'boolean') - Number(typeof a.value === 'boolean')),
  );
const body = {
  name,
  variants,
  versions: fc.oneof(
    version,
    version.map((text) => `${text}:`),
    fc.tuple(version, version).map(String),
  ),
  os: fc.constantFrom('debian12'),
  target: fc.constantFrom('zen2', 'x86_64_v3:', 'zen2,zen3'),
  hash: fc.stringMatching(/^[a-z2-7]{5,8}$/),
};
const edge = { virtuals: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }) };
const direct: fc.Arbitrary<SpecDependency> = fc.record(
  { ...body, ...edge, sigil: fc.constantFrom('%' as const, '%%' as const), dependencies: fc.constant([]) },
  { requiredKeys: ['name', 'variants', 'sigil', 'dependencies'] },
);
const below: fc.Arbitrary<SpecDependency> = fc.record(
  { ...body, ...edge, sigil: fc.constant('^' as const), dependencies: fc.array(direct, { maxLength: 2 }) },
  { requiredKeys: ['name', 'variants', 'sigil', 'dependencies'] },
);
const spec: fc.Arbitrary<Spec> = fc.record(
  {
    ...body,
    dependencies: fc
      .tuple(fc.array(direct, { maxLength: 2 }), fc.array(below, { maxLength: 2 }))
      .map(([own, others]) => [...own, ...others]),
  },
  { requiredKeys: ['name', 'variants', 'dependencies'] },
);

test('what is written is read back the same', () => {
  fc.assert(
    fc.property(spec, (each) => {
      expect(parseSpec(formatSpec(each))).toEqual({ spec: each, problems: [] });
    }),
  );
});

test('any text is a spec or has faults within it, and its canonical form means the same', () => {
  const signs = fc.string({ unit: fc.constantFrom(...'a1-_.@=:,+~%^/[]*\'" ') });
  fc.assert(
    fc.property(fc.oneof(signs, fc.string({ unit: 'binary' })), (text) => {
      const parsed = parseSpec(text);
      expect(parsed.spec === undefined).toBe(parsed.problems.length > 0);
      for (const { position } of parsed.problems) {
        expect(position?.column).toBeLessThanOrEqual(Math.max(1, text.length));
      }
      if (parsed.spec === undefined) return;
      const canonical = formatSpec(parsed.spec);
      expect(formatSpec(parseSpec(canonical).spec ?? { variants: [], dependencies: [] })).toBe(canonical);
    }),
    { numRuns: 2_000 },
  );
});

test('long texts of nothing but signs are answered without delay', () => {
  for (const sign of ['@1.', '^', '=', 'a,', '"', "'", '[', '%[', '1:', 'a.', 'a =', ' ', '-']) {
    parseSpec(sign.repeat(5_000));
  }
}, 2_000);
