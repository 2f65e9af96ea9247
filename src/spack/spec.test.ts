import { expect, test } from 'vitest';
import { parseSpec } from './parse-spec.ts';
import { compilerOf, formatSpec, type Spec } from './spec.ts';

function parse(text: string): Spec {
  const { spec, problems } = parseSpec(text);
  if (spec === undefined) throw new Error(problems.map(({ message }) => message).join('; '));
  return spec;
}

test.each([
  ['hdf5@1.14 +mpi', 'hdf5@1.14+mpi'],
  ['kratos@9.4 apps=A +mpi', 'kratos@9.4+mpi apps=A'],
  ['gromacs@2022.3~mpi^fftw~mpi', 'gromacs@2022.3~mpi ^fftw~mpi'],
  ['zlib -shared', 'zlib~shared'],
  ['zlib@ 1.2 , 1.3:', 'zlib@1.2,1.3:'],
  ['hdf5 cflags="-O3 -g"', "hdf5 cflags='-O3 -g'"],
  ['hdf5 arch=linux-debian12-zen2', 'hdf5 platform=linux os=debian12 target=zen2'],
  ['hdf5 ++shared --debug x==y', 'hdf5++shared~~debug x==y'],
  ["gcc languages:='c,c++'", 'gcc languages:=c,c++'],
  ['%c,cxx=gcc@13', '%c,cxx=gcc@13'],
  ['%[virtuals=c,cxx] gcc@13', '%c,cxx=gcc@13'],
  ['hdf5 %[when="+mpi"]mpi=openmpi', 'hdf5 %[when="+mpi"] mpi=openmpi'],
  ['* target=zen2', 'target=zen2'],
  ['builtin.zlib/abc123', 'builtin.zlib /abc123'],
])('%s is written as %s', (text, canonical) => {
  expect(formatSpec(parse(text))).toBe(canonical);
  expect(formatSpec(parse(canonical))).toBe(canonical);
});

test("the root's own compiler is written before dependencies, which have compilers of their own", () => {
  expect(formatSpec(parse('hdf5 ^zlib %gcc@12 ^openmpi %gcc@13'))).toBe(
    'hdf5 ^zlib %gcc@12 ^openmpi %gcc@13',
  );
  const { dependencies, ...root } = parse('hdf5 %gcc@13 ^zlib');
  expect(formatSpec({ ...root, dependencies: dependencies.toReversed() })).toBe('hdf5 %gcc@13 ^zlib');
});

test('quotes inside of a value survive', () => {
  const variants = [{ name: 'cflags', value: `-DA='"b c"'` }];
  const text = formatSpec({ name: 'hdf5', variants, dependencies: [] });
  expect(text).toBe(String.raw`hdf5 cflags='-DA=\'"b c"\''`);
  expect(parse(text).variants).toEqual(variants);
});

test.each([
  ['hdf5 %gcc@13', 'gcc'],
  ['hdf5 %openmpi %c,cxx=mycompiler', 'mycompiler'],
  ['%intel-oneapi-compilers', 'intel-oneapi-compilers'],
  ['hdf5 ^gcc', undefined],
  ['hdf5 %zlib', undefined],
])('the compiler of %s is %s', (text, compiler) => {
  expect(compilerOf(parse(text))?.name).toBe(compiler);
});
