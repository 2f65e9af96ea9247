import { describe, expect, test } from 'vitest';
import { formatProblem, type Problem } from '../errors/problem.ts';
import {
  gpuToolkit,
  mpiLibrary,
  parseGpuToolkit,
  parseMpiLibrary,
  reportUnknownLibrary,
} from './library-spec.ts';

/** The spec, or the message and the hint of the refusal. */
function answer(parse: (text: string) => string, text: string): string {
  try {
    return parse(text);
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    return `${message} -> ${hint}`;
  }
}

describe('an MPI library', () => {
  test.each([
    'openmpi@4',
    'mpich@3.4.3 device=ch4',
    'intel-mpi@2018:',
    'openmpi@4.1:4.2 +legacylaunchers ^ucx',
    'openmpi%gcc@12',
    'mpt',
    'nvhpc',
    'site-mpi@1',
    'openmpi-site@4',
    'mpich2',
    'mpc@4',
  ])('may be %s', (spec) => {
    expect(answer(parseMpiLibrary, ` ${spec} `)).toBe(spec);
  });

  test.each([
    ['opnmpi', '"opnmpi" is not the name of an MPI library -> did you mean "openmpi"?'],
    ['opnmpi@4 +pmi', '"opnmpi" is not the name of an MPI library -> did you mean "openmpi@4 +pmi"?'],
    ['OpenMPI@4', '"OpenMPI" is not the name of an MPI library -> did you mean "openmpi@4"?'],
    ['mpi@4', '"mpi" is not the name of an MPI library -> did you mean "openmpi@4"?'],
    [
      'intelmpi@2021',
      '"intelmpi" is not the name of an MPI library -> did you mean "intel-oneapi-mpi@2021"?',
    ],
    ['inetl-mpi', '"inetl-mpi" is not the name of an MPI library -> did you mean "intel-mpi"?'],
    ['spectrummpi', '"spectrummpi" is not the name of an MPI library -> did you mean "spectrum-mpi"?'],
    ['none', '"none" is not the name of an MPI library -> leave it empty where there is none'],
    [
      'cuda@12',
      '"cuda" is not the name of an MPI library -> it is a GPU toolkit; an MPI library is, for instance, openmpi@4',
    ],
  ])('is not %s, a word that says what was meant', (text, told) => {
    expect(answer(parseMpiLibrary, text)).toBe(told);
  });

  test.each([
    ['openmpi@@4', '"@@4" has no meaning in a spec'],
    ['openmpi@', '"@" has no meaning in a spec'],
    ['openmpi 4', 'did you mean openmpi@4?'],
    ['openmpi==4', 'did you mean openmpi@4?'],
    ['openmpi@4 @5', 'the spec has two versions: @4 and @5'],
    ['openmpi +', 'write the name of a variant after +'],
    ['+pmi', 'write a Spack spec such as openmpi@4'],
  ])('is no spec in %s', (text, told) => {
    expect(answer(parseMpiLibrary, text)).toContain(told);
  });
});

describe('a GPU toolkit', () => {
  test.each([
    'cuda@12',
    'cuda@12 cuda_arch=90',
    'cuda@12.4 cuda_arch=80,90a',
    'cuda_arch=90',
    'hip@6 amdgpu_target=gfx90a',
    'hipblas',
    'rocm-core@6',
    'nvhpc@24',
    'intel-oneapi-mkl',
    'site-gpu',
  ])('may be %s', (spec) => {
    expect(answer(parseGpuToolkit, spec)).toBe(spec);
  });

  test.each([
    ['nvidia', 'did you mean "cuda@12"?'],
    ['NVIDIA@11', 'did you mean "cuda@11"?'],
    ['rocm@6.2', 'did you mean "hip@6.2"?'],
    ['cudatoolkit@12', 'did you mean "cuda@12"?'],
    ['A100', 'did you mean "cuda@12 cuda_arch=80"?'],
    ['mi250x', 'did you mean "hip@6 amdgpu_target=gfx90a"?'],
    ['cudda@12', 'did you mean "cuda@12"?'],
    ['nogpu', 'leave it empty where there is none'],
    ['openmpi', 'it is an MPI library; a GPU toolkit is, for instance, cuda@12 cuda_arch=90'],
    ['cuda@12 cuda_arch=sm_80', 'did you mean "cuda_arch=80"?'],
    ['cuda@12 cuda_arch=8.0', 'did you mean "cuda_arch=80"?'],
    ['cuda@12 cuda_arch=ampere', 'write cuda_arch=90, or 80,90 for several'],
    ['hip@6 amdgpu_target=mi250x', 'write amdgpu_target=gfx90a'],
  ])('is not %s', (text, hint) => {
    expect(answer(parseGpuToolkit, text)).toContain(`-> ${hint}`);
  });
});

test('a name that CIC knows nothing of is warned about', () => {
  const told: string[] = [];
  const report = (problem: Problem) => told.push(formatProblem(problem));
  reportUnknownLibrary('machine.mpi', 'site-mpi@1', mpiLibrary, report);
  reportUnknownLibrary('machine.mpi', 'openmpi@4', mpiLibrary, report);
  reportUnknownLibrary('machine.gpu', 'hipblas', gpuToolkit, report);
  reportUnknownLibrary('machine.gpu', 'cuda_arch=90', gpuToolkit, report);
  expect(told).toEqual([
    'machine.mpi: "site-mpi" is not an MPI library that CIC knows: there must be a package of that name (for instance in the software catalogue; usual is openmpi@4)',
  ]);
});
