import { describe, expect, test } from 'vitest';
import type { LockNode } from '../../spack/lock.ts';
import { findPythonConflicts, formatConstraints, listPythonPackages } from './one-python.ts';

const numpy = { name: 'numpy', version: '1.24.2' };
const mpi4py = { name: 'mpi4py', version: '3.1.4' };

const node = (name: string, version: string, isExternal = false): LockNode => ({
  hash: name,
  name,
  version,
  namespace: 'builtin',
  os: 'debian12',
  target: 'zen3',
  isExternal,
  dependencies: [],
  parameters: {},
});

test('Python packages of Spack bear the name that pip gives them', () => {
  const nodes = [node('py-numpy', '1.24.2'), node('python', '3.11.2'), node('py-pip', '23', true)];
  expect(listPythonPackages(nodes)).toEqual([numpy]);
});

describe('a requirement of the step against the package of Spack', () => {
  const conflictsOf = (requirement: string) =>
    findPythonConflicts([requirement], [numpy, { name: 'ruamel-yaml', version: '0.17.21' }]);

  test.each([
    'numpy==1.26.0',
    'numpy == 1.26.0',
    'NumPy===1.26.0',
    'numpy[extra]==1.26.*; python_version>"3"',
  ])('%s would replace it', (requirement) => {
    expect(conflictsOf(requirement)).toEqual([{ name: 'numpy', spackVersion: '1.24.2', requirement }]);
  });

  test.each([
    'numpy',
    'numpy>=1.20',
    'numpy==1.24.2',
    'numpy==1.24.*',
    'pandas==1.26.0',
    'numpy-stl==1.26.0',
  ])('%s lets it be', (requirement) => {
    expect(conflictsOf(requirement)).toEqual([]);
  });

  test.each(['ruamel.yaml==0.18', 'Ruamel_YAML==0.18'])('%s is the same package', (requirement) => {
    expect(conflictsOf(requirement)).toMatchObject([{ name: 'ruamel-yaml' }]);
  });
});

test('pip may replace only what the step itself pins', () => {
  const packages = [numpy, mpi4py];
  expect(formatConstraints(packages, [])).toBe('numpy==1.24.2\nmpi4py==3.1.4\n');
  const conflicts = findPythonConflicts(['numpy==1.26.0'], packages);
  expect(formatConstraints(packages, conflicts)).toBe('mpi4py==3.1.4\n');
});

test('versions that are branches cannot be constraints', () => {
  expect(formatConstraints([{ name: 'pycompss', version: 'master' }], [])).toBe('');
});
