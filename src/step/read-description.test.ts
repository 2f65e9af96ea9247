import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatProblem } from '../errors/problem.ts';
import { readStepDescription } from './read-description.ts';
import { validateStepFolder } from './validate-step.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-step-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function read(files: Record<string, string>) {
  await write(files);
  const { description, problems } = await readStepDescription(folder);
  return { description, problems: problems.map(formatProblem) };
}

describe('what a step asks for', () => {
  test('is read as existing steps write it: deep lists, trailing blanks, comments, empty sections', async () => {
    const { description, problems } = await read({
      'eflows4hpc.yaml': `# Step of 2021
apt:
        - openmpi-bin   
        - gcc-8 # for Spack
pip:
spack:
  specs:
        - exageostat@master+cuda
        - nlopt python=False
        - proj@7.2.0 curl=False tiff=False
        - kratos@9.4 apps=LinearSolversApplication
        - gromacs@2022.3~mpi^fftw~mpi
        - py-numpy@1.24.2
  packages: {all: {compiler: [gcc@8]}}
`,
    });
    expect(problems).toEqual([]);
    expect(description).toEqual({
      apt: ['openmpi-bin', 'gcc-8'],
      pip: [],
      requirementsFiles: [],
      spack: {
        specs: [
          'exageostat@master+cuda',
          'nlopt python=False',
          'proj@7.2.0 curl=False tiff=False',
          'kratos@9.4 apps=LinearSolversApplication',
          'gromacs@2022.3~mpi^fftw~mpi',
          'py-numpy@1.24.2',
        ],
        packages: { all: { compiler: ['gcc@8'] } },
      },
    });
  });

  test.each([
    ['nothing', {}],
    ['comments only', { 'eflows4hpc.yaml': '# later\n' }],
  ])('may be nothing: %s', async (_title, files) => {
    expect(await read(files)).toEqual({
      description: { apt: [], pip: [], requirementsFiles: [] },
      problems: [],
    });
  });

  test('comes from spack.yaml and requirements.txt where the step file has no such key', async () => {
    const { description } = await read({
      'eflows4hpc.yml': 'apt: [gcc]\n',
      'spack.yaml': 'spack:\n  specs: [hdf5]\n',
      'requirements.txt': 'pandas\n',
    });
    expect(description).toEqual({
      apt: ['gcc'],
      pip: [],
      requirementsFiles: ['requirements.txt'],
      spack: { specs: ['hdf5'] },
    });
  });

  test('comes from the step file where that has the key', async () => {
    const { description } = await read({
      'eflows4hpc.yaml': 'pip: [rocrate]\nspack: {specs: [zlib]}\n',
      'spack.yaml': 'spack:\n  specs: [hdf5]\n',
      'requirements.txt': 'pandas\n',
    });
    expect(description).toMatchObject({
      pip: ['rocrate'],
      requirementsFiles: [],
      spack: { specs: ['zlib'] },
    });
  });
});

describe('faults are found all at once, each with its place and a hint', () => {
  test('in a step file', async () => {
    const { description, problems } = await read({
      'eflows4hpc.yaml':
        'apt:\n  - Open-MPI\n  - 7\n  -\natp: [x]\npip: foo\nspack:\n  specs: [compss==3.1, 5]\nowner: me\n',
    });
    expect(description).toBeUndefined();
    expect(problems).toEqual([
      'eflows4hpc.yaml:2:5: apt[0]: "Open-MPI" is no Debian package name (package names are lower case: open-mpi)',
      'eflows4hpc.yaml:3:5: apt[1]: must be a text, not the number 7 (put it in quotes: "7")',
      'eflows4hpc.yaml:4:4: apt[2]: must be a text, not empty',
      'eflows4hpc.yaml:6:6: pip: must be a list, not a text (write ["foo"])',
      'eflows4hpc.yaml:8:11: spack.specs[0]: "compss==3.1" sets a variant and names no package (did you mean compss@3.1?)',
      'eflows4hpc.yaml:8:24: spack.specs[1]: must be a Spack spec',
      'eflows4hpc.yaml:5:1: atp: is not a known key (did you mean "apt"?)',
      'eflows4hpc.yaml:9:1: owner: is not a known key and is ignored (known keys: apt, pip, spack, base, env, test, keep_build_tools)',
    ]);
  });

  test.each([
    ['a tab', 'apt:\n\t- gcc\n', 'eflows4hpc.yaml:2:1'],
    ['a key given twice', 'apt: [gcc]\napt: [g++]\n', 'eflows4hpc.yaml:2:1'],
    ['a bracket left open', 'apt: [gcc\n', 'eflows4hpc.yaml:2:1'],
    ['an alias of nothing', 'apt: *x\n', 'eflows4hpc.yaml'],
  ])('in the YAML: %s', async (_title, text, place) => {
    const { description, problems } = await read({ 'eflows4hpc.yaml': text });
    expect(description).toBeUndefined();
    expect(problems[0]).toMatch(new RegExp(`^${place}.*malformed YAML`));
  });

  test.each([
    [
      'apt:\n\t- gcc\n',
      '2:1: malformed YAML: a tab begins the line (indent with blanks: YAML takes no tabs)',
    ],
    ['apt: [gcc\n', '2:1: malformed YAML: a bracket is not closed (write ] at its end)'],
    ['apt:\n  - a\n - b\n', '3:1: malformed YAML: the indentation does not fit (begin all entries'],
    ['apt:\n  - a\n b: c\n', '3:1: malformed YAML: '],
  ])('in the YAML, one and in plain words: %j', async (text, told) => {
    const { problems } = await read({ 'eflows4hpc.yaml': text });
    expect(problems).toEqual([expect.stringContaining(`eflows4hpc.yaml:${told}`)]);
  });

  test.each([
    ['spack: {spec: [zlib]}', 'spack.spec: is not a section of a Spack environment (did you mean "specs"?)'],
    ['spack: {specs: hdf5}', 'spack.specs: must be a list, not a text (write ["hdf5"])'],
    [
      'spack: {specs: [{hdf5: 1.14}]}',
      'spack.specs[0]: must be a Spack spec, not a mapping (write "hdf5@1.14")',
    ],
    ['spack: {specs: [zlib], packages: [gcc]}', 'spack.packages: must be a mapping, not a list'],
    [
      'spack: {specs: [zlib], packages: {all: {compiler: [gcc@12, gc@12]}}}',
      'spack.packages.all.compiler[1]: "gc@12" is no compiler that Spack knows (did you mean "gcc@12"?)',
    ],
    [
      'spack: {specs: [zlib], packages: {all: {compiler: gcc-12}}}',
      'spack.packages.all.compiler[0]: "gcc-12" is no compiler that Spack knows (did you mean "gcc@12"?)',
    ],
    ['specs: [zlib]', 'specs: belongs into the section "spack" (write spack: {specs: [...]}'],
    [
      'keep_build_tools: yes',
      'keep_build_tools: must be true or false, not a text (write true, without quotes)',
    ],
    ['base: {img: "a:b"}', 'base: has a key that means nothing here: "img"'],
  ])('that the build would meet late: %s', async (text, told) => {
    const { description, problems } = await read({ 'eflows4hpc.yaml': `${text}\n` });
    expect(description).toBeUndefined();
    expect(problems[0]).toContain(told);
  });

  test.each([
    'spack: {specs: [zlib, $tools, {matrix: [[a], [b]]}, {$tools: [c]}], definitions: [{tools: [d]}]}',
    'spack: {specs: [zlib], packages: {all: {compiler: [gcc@12, "%clang"]}}, "repos:": [x], future: 1}',
    'spack: {specs: [zlib], packages: {all: {compiler: nvhpc@24}}}',
  ])('but what Spack takes is none: %s', async (text) => {
    expect((await read({ 'eflows4hpc.yaml': `${text}\n` })).problems).toEqual([]);
  });

  test('in a document that is a list', async () => {
    const { problems } = await read({ 'eflows4hpc.yaml': '- gcc\n' });
    expect(problems).toEqual(['eflows4hpc.yaml:1:1: must be a mapping, not a list']);
  });

  test('in the requirements and all files that they include', async () => {
    const { problems } = await read({
      'requirements.txt':
        '# all\npandas>=1.5 # new\n-r more/base.txt\n--constraint = limits.txt\nnumpy>=1 \\\n  ,<2\n-e .\n',
      'more/base.txt':
        'scipy=1\n-c ../limits.txt\n-r ../../outside.txt\n-r /etc/passwd\n-r https://example.org/x\n-r none.txt\n',
      'limits.txt': 'six<2\n-r requirements.txt\n',
    });
    expect(problems).toEqual([
      'requirements.txt:7:1: -e . cannot be installed here (the files of the step are not there yet: run python3 -m pip install . in post_inst.sh)',
      'more/base.txt:1:1: "scipy=1" is no Python requirement (an exact version needs two signs: scipy==1)',
      "more/base.txt:3:1: ../../outside.txt lies outside of the step's folder (copy the file into the step)",
      "more/base.txt:4:1: /etc/passwd lies outside of the step's folder (copy the file into the step)",
      'more/base.txt:5:1: https://example.org/x is an address (only files of the step can be included)',
      'more/none.txt: does not exist',
    ]);
  });
});

test('included requirement files are listed once each, in the order of their mention', async () => {
  const { description } = await read({
    'requirements.txt':
      '-r b/x.txt\n-c limits.txt\n--index-url https://example.org/simple\npandas --hash=sha256:00\n',
    'b/x.txt': '-c ../limits.txt\n-r ../requirements.txt\n',
    'limits.txt': '',
  });
  expect(description?.requirementsFiles).toEqual(['requirements.txt', 'b/x.txt', 'limits.txt']);
});

describe('hostile files', () => {
  test('aliases that multiply are refused', async () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const items =
        level === 0
          ? 'x'
          : Array(9)
              .fill(`*a${level - 1}`)
              .join(', ');
      return `a${level}: &a${level} [${items}]`;
    });
    const { description, problems } = await read({ 'eflows4hpc.yaml': `${levels.join('\n')}\n` });
    expect(description).toBeUndefined();
    expect(problems[0]).toContain('malformed YAML: Excessive alias count');
  });

  test('deep nesting is a fault, not a crash', async () => {
    const { description, problems } = await read({ 'eflows4hpc.yaml': `apt: ${'['.repeat(200_000)}` });
    expect(description).toBeUndefined();
    expect(problems[0]).toContain('malformed YAML');
  });

  test('a file that is too large is not read', async () => {
    const { problems } = await read({ 'eflows4hpc.yaml': `# ${'x'.repeat(2 ** 20)}` });
    expect(problems).toEqual([expect.stringContaining('1048576 are allowed')]);
  });

  test.each(['eflows4hpc.yaml', 'requirements.txt', 'spack.yaml'])(
    'a link %s that leaves the folder is not followed',
    async (file) => {
      await symlink('/etc/passwd', join(folder, file));
      const { problems } = await readStepDescription(folder);
      expect(problems.map(({ message }) => message)).toEqual(["leads out of the step's folder"]);
    },
  );

  test('a link within the folder is followed', async () => {
    await write({ 'common/deps.txt': 'pandas\n' });
    await symlink('common/deps.txt', join(folder, 'requirements.txt'));
    expect((await readStepDescription(folder)).problems).toEqual([]);
  });

  test('a key named __proto__ is only an unknown key', async () => {
    const { description } = await read({ 'eflows4hpc.yaml': '__proto__: {apt: [gcc]}\n' });
    expect(description?.apt).toEqual([]);
  });
});

describe('validating a folder', () => {
  test('finds a file whose name is misspelt, and Windows line ends', async () => {
    await write({
      'eflow4hpc.yaml': 'apt: [gcc]\n',
      'post_inst.sh': 'make\r\n',
      'requirements.txt': 'a b\n',
    });
    expect((await validateStepFolder(folder)).map(formatProblem)).toEqual([
      'requirements.txt:1:1: "a b" is no Python requirement (give each requirement a line of its own)',
      'eflow4hpc.yaml: is ignored (did you mean eflows4hpc.yaml?)',
      expect.stringMatching(/^post_inst.sh:1:1: has Windows line ends/),
    ]);
  });

  test('warns where nothing in it is for CIC: it may be the wrong one', async () => {
    await write({ 'notes.txt': 'x' });
    expect((await validateStepFolder(folder)).map(formatProblem)).toEqual([
      expect.stringMatching(/^\.: asks for no software/),
    ]);
  });

  test('says when there is no such folder', async () => {
    await expect(validateStepFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
