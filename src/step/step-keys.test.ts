import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatProblem } from '../errors/problem.ts';
import { formatBaseImage, parseBaseImage } from './base-image.ts';
import { parsePathExtension } from './environment-variable.ts';
import { readStepDescription } from './read-description.ts';
import { toStepJsonSchema } from './step-schema.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-step-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function read(text: string) {
  await writeFile(join(folder, 'eflows4hpc.yaml'), text);
  const { description, problems } = await readStepDescription(folder);
  return { description, problems: problems.map(formatProblem) };
}

describe('the base image of a step', () => {
  test.each([
    ['jammy', { kind: 'bootstrap', suite: 'jammy' }],
    ['{suite: bookworm}', { kind: 'bootstrap', suite: 'bookworm' }],
    ['{image: "debian:bookworm-slim"}', { kind: 'reference', reference: 'debian:bookworm-slim' }],
    [
      '{image: "registry.example.org:5000/hpc/base:V1.0"}',
      { kind: 'reference', reference: 'registry.example.org:5000/hpc/base:V1.0' },
    ],
  ])('is a suite or an image: %s', async (text, base) => {
    const { description, problems } = await read(`base: ${text}\n`);
    expect(problems).toEqual([]);
    expect(description?.base).toEqual(base);
  });

  test.each([
    [
      'debian:bookworm',
      'base: "debian:bookworm" is no Debian or Ubuntu suite (an image is written {image: debian:bookworm})',
    ],
    ['Jammy', 'base: "Jammy" is no Debian or Ubuntu suite (write a name such as jammy)'],
    ['--keyring=x', 'base: "--keyring=x" is no Debian or Ubuntu suite (write a name such as jammy)'],
    ['22.04', 'base: must be a suite such as jammy, {suite: …} or {image: …}'],
    ['[jammy]', 'base: must be a suite such as jammy, {suite: …} or {image: …}'],
    ['{}', 'base: must have either suite or image'],
    ['{suite: jammy, image: "a:b"}', 'base: must have either suite or image'],
    [
      '{image: "oci:/etc"}',
      'base.image: "oci:/etc" is no image reference (write [registry/]repository[:tag][@sha256:…], all lower case but the tag)',
    ],
    ['{image: "a:b", tag: x}', 'base: has a key that means nothing here: "tag"'],
  ])('is refused where it is malformed: %s', async (text, message) => {
    const { description, problems } = await read(`apt: [gcc]\nbase: ${text}\n`);
    expect(description).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatch(/^eflows4hpc\.yaml:2:\d+: /);
  });

  test.each(['jammy', 'debian:bookworm', 'registry.example.org/base'])(
    '%s keeps its name in lists',
    (name) => {
      expect(formatBaseImage(parseBaseImage(name))).toBe(name);
    },
  );
});

describe('the variables of a step', () => {
  test('are taken as they are written', async () => {
    const { description, problems } = await read(
      'env:\n  OMP_NUM_THREADS: "4"\n  FLAGS: a "b" \\ $HOME\n  EMPTY: ""\n  PATH: /opt/a/bin:$PATH\n',
    );
    expect(problems).toEqual([]);
    expect(description?.env).toEqual({
      OMP_NUM_THREADS: '4',
      FLAGS: 'a "b" \\ $HOME',
      EMPTY: '',
      PATH: '/opt/a/bin:$PATH',
    });
  });

  test('have all their faults shown at once', async () => {
    const { description, problems } = await read(
      'env:\n  2ND: x\n  my-name: x\n  THREADS: 4\n  QUIET: true\n  NOTHING:\n  LIST: [a]\n  TEXT: "a\\nb"\n' +
        '  LD_LIBRARY_PATH: /opt/lib:$LD_LIBRARY_PATH\n  PATH: /opt/bin\n',
    );
    expect(description).toBeUndefined();
    expect(problems).toEqual([
      'eflows4hpc.yaml:2:8: env.2ND: "2ND" is no name of a variable (use letters, digits and _, and no digit first)',
      'eflows4hpc.yaml:3:12: env.my-name: "my-name" is no name of a variable (use letters, digits and _, and no digit first)',
      'eflows4hpc.yaml:4:12: env.THREADS: must be a text, not 4 (put it in quotes: "4")',
      'eflows4hpc.yaml:5:10: env.QUIET: must be a text, not true (put it in quotes: "true")',
      'eflows4hpc.yaml:6:3: env.NOTHING: must be a text, not empty (write "" for an empty value)',
      'eflows4hpc.yaml:7:3: env.LIST: must be a text, not a list or mapping (a variable has one value)',
      'eflows4hpc.yaml:8:9: env.TEXT: has a line break or another control character (the variables of an image are single lines: put longer texts into a file of the step)',
      'eflows4hpc.yaml:9:20: env.LD_LIBRARY_PATH: $LD_LIBRARY_PATH is not expanded (values are literal: write the whole value)',
      'eflows4hpc.yaml:10:9: env.PATH: must extend $PATH, once (write /opt/tool/bin:$PATH: without it nothing in the image is found)',
    ]);
  });

  test.each(['$PATH:$PATH', 'bin:$PATH', '/a"b:$PATH', '/$HOME/bin:$PATH', '$PATH:', '/a$PATH'])(
    'cannot make a PATH like %s',
    async (path) => {
      expect((await read(`env: {PATH: '${path}'}\n`)).problems).toHaveLength(1);
    },
  );

  test('extend the PATH on both sides', () => {
    expect(parsePathExtension('/a:/b:$PATH:/c')).toEqual({ before: ['/a', '/b'], after: ['/c'] });
    expect(parsePathExtension('$' + '{PATH}')).toEqual({ before: [], after: [] });
  });
});

describe('the tests of a step', () => {
  test('are commands, of one or more lines', async () => {
    const { description } = await read(
      'test:\n  - python3 -c "import numpy"\n  - |\n    cd /tmp\n    tool\n',
    );
    expect(description?.tests).toEqual(['python3 -c "import numpy"', 'cd /tmp\ntool\n']);
  });

  test('are refused where they are empty or no texts', async () => {
    const { problems } = await read('test: ["  ", 7]\n');
    expect(problems).toEqual([
      'eflows4hpc.yaml:1:8: test[0]: is empty (write a command, or leave the entry out)',
      'eflows4hpc.yaml:1:14: test[1]: must be a text, not the number 7 (put it in quotes: "7")',
    ]);
    expect((await read('test: make check\n')).problems[0]).toContain('test: must be a list, not a text');
  });
});

test('keep_build_tools is a switch', async () => {
  expect((await read('keep_build_tools: true\n')).description?.keepBuildTools).toBe(true);
  expect((await read('keep_build_tools: yes please\n')).problems[0]).toContain('must be true or false');
});

test('empty sections are as if they were not there', async () => {
  const { description, problems } = await read('base:\nenv:\ntest:\nkeep_build_tools:\n');
  expect(problems).toEqual([]);
  expect(description).toEqual({ apt: [], pip: [], requirementsFiles: [] });
});

test('a slip in a key is an error that names the key', async () => {
  expect((await read('tests: [make check]\n')).problems).toEqual([
    'eflows4hpc.yaml:1:1: tests: is not a known key (did you mean "test"?)',
  ]);
});

test('the JSON Schema tells an editor what the keys take', () => {
  expect(toStepJsonSchema()).toMatchObject({
    properties: {
      base: { anyOf: [{ anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: false }] }, {}] },
      env: { anyOf: [{ type: 'object', additionalProperties: { type: 'string' } }, {}] },
      test: { anyOf: [{ type: 'array', items: { type: 'string' } }, {}] },
      keep_build_tools: { type: ['boolean', 'null'] },
    },
  });
});
