import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import { formatProblem } from '../errors/problem.ts';
import { parseRequestText, readRequestFile, requireRequest } from './parse-request.ts';

const machine = { platform: 'linux/amd64', architecture: 'rome', container_engine: 'singularity' };
const minimal = { machine, workflow: 'minimal_workflow', step_id: 'wordcount' };

function parse(value: unknown) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const { request, problems } = parseRequestText(text, { file: 'r.json', cwd: '/requests' });
  return { request, problems: problems.map(formatProblem) };
}

describe('a correct request', () => {
  test('gets its defaults', () => {
    expect(parse(minimal)).toEqual({
      request: {
        machine: {
          platform: { os: 'linux', architecture: 'amd64' },
          microarchitecture: 'zen2',
          requestedArchitecture: 'rome',
          imageFormat: 'sif',
        },
        source: { kind: 'registry', workflow: 'minimal_workflow', stepId: 'wordcount', version: 'latest' },
        force: false,
      },
      problems: [],
    });
  });

  test('may hold what Python prints', () => {
    const text = `{"machine": ${JSON.stringify({ ...machine, mpi: '' })}, "workflow": "True", "step_id": "a_None",
      "version": None, "force": True, "push":False}`;
    expect(parse(text)).toMatchObject({
      request: {
        force: true,
        push: false,
        source: { workflow: 'True', stepId: 'a_None', version: 'latest' },
      },
      problems: [],
    });
  });

  test.each([
    [true, true],
    ['True', true],
    ['true', true],
    ['False', false],
    [false, false],
  ])('may say %j for a truth value', (force, expected) => {
    expect(parse({ ...minimal, force, push: force }).request).toMatchObject({
      force: expected,
      push: expected,
    });
  });

  test('leaves push open when it does not say', () => {
    expect(parse({ ...minimal, push: null }).request).not.toHaveProperty('push');
  });

  test('takes empty and missing MPI and GPU for none, and keeps specs', () => {
    expect(
      parse({ ...minimal, machine: { ...machine, mpi: '', gpu: null } }).request?.machine,
    ).not.toHaveProperty('mpi');
    expect(
      parse({ ...minimal, machine: { ...machine, mpi: 'intel-mpi@2018', gpu: 'cuda@10.2' } }).request
        ?.machine,
    ).toMatchObject({
      mpi: 'intel-mpi@2018',
      gpu: 'cuda@10.2',
    });
  });

  test.each([
    ['docker', 'oci'],
    ['singularity', 'sif'],
    ['Apptainer', 'sif'],
  ])('for %s makes %s', (engine, imageFormat) => {
    expect(
      parse({ ...minimal, machine: { ...machine, container_engine: engine } }).request?.machine,
    ).toMatchObject({ imageFormat });
  });

  test('keeps the architecture as it was asked for, in lower case', () => {
    expect(
      parse({ ...minimal, machine: { ...machine, architecture: 'Milan-X' } }).request?.machine,
    ).toMatchObject({
      microarchitecture: 'zen3',
      requestedArchitecture: 'milan-x',
    });
  });

  test('has its path from the folder of the request file', () => {
    expect(parse({ ...minimal, path: '../steps/wordcount' }).request?.source).toMatchObject({
      kind: 'folder',
      path: '/steps/wordcount',
    });
  });

  test('may ask for the base image', () => {
    expect(parse({ machine, workflow: 'BASE', step_id: 'BASE' }).request?.source).toEqual({ kind: 'base' });
  });

  test.each(['v1.0', 'feature/x', '0123456789abcdef0123456789abcdef01234567', 'user@fix+1'])(
    'may have the version %s',
    (version) => {
      expect(parse({ ...minimal, version }).request?.source).toMatchObject({ version });
    },
  );
});

describe('faults', () => {
  test('are found all at once, in the order of their places, with the value that was meant', () => {
    const text = `{
  "machine": {"platform": "linux/amd46", "architecture": "rmoe", "container_engine": "singularty", "mpi": "OpenMPI", "gpuu": ""},
  "workflow": "../x",
  "step_id": 5,
  "froce": True,
  "push": "maybe"
}`;
    expect(parse(text)).toEqual({
      request: undefined,
      problems: [
        'r.json:2:27: machine.platform: "linux/amd46" is not a platform that CIC builds for (did you mean "linux/amd64"?)',
        'r.json:2:58: machine.architecture: "rmoe" is not a known CPU microarchitecture (did you mean "rome"? `cic machines` lists all names)',
        'r.json:2:86: machine.container_engine: "singularty" is not a container engine that CIC knows (did you mean "singularity"?)',
        'r.json:2:107: machine.mpi: "OpenMPI" is not the name of an MPI library (did you mean "openmpi"?)',
        'r.json:2:118: machine.gpuu: is not a known key and is ignored (did you mean "gpu"?)',
        'r.json:3:15: workflow: "../x" is not allowed here (letters, digits and . _ - are allowed, the first one a letter, a digit or _)',
        'r.json:4:14: step_id: must be a text, not the number 5 (put it in quotes: "5")',
        'r.json:5:3: froce: is not a known key and is ignored (did you mean "force"?)',
        'r.json:6:11: push: must be true or false',
      ],
    });
  });

  test('that only cost a warning leave the request usable', () => {
    const { request, problems } = parse({ ...minimal, comment: 'x' });
    expect(request).toBeDefined();
    expect(problems).toEqual([expect.stringContaining('comment: is not a known key')]);
  });

  test('include everything that is missing', () => {
    expect(parse({ machine: {} }).problems).toEqual([
      'r.json:1:1: workflow: is missing',
      'r.json:1:1: step_id: is missing',
      'r.json:1:12: machine.platform: is missing',
      'r.json:1:12: machine.architecture: is missing',
      'r.json:1:12: machine.container_engine: is missing',
    ]);
  });

  test('include an architecture that is empty', () => {
    expect(parse({ ...minimal, machine: { ...machine, architecture: ' ' } }).problems).toEqual([
      expect.stringContaining('machine.architecture: is empty (write a microarchitecture such as zen3'),
    ]);
  });

  test('include an architecture of another platform', () => {
    expect(parse({ ...minimal, machine: { ...machine, platform: 'linux/arm64' } }).problems).toEqual([
      expect.stringContaining('architecture "rome" (x86_64) contradicts platform linux/arm64'),
    ]);
  });

  test('include the name of a system that is not known', () => {
    expect(parse({ ...minimal, machine: 'no-such-system' }).problems).toEqual([
      'r.json:1:12: machine: "no-such-system" is not a known HPC system (`cic machines` lists the known systems)',
    ]);
  });

  test.each([
    ['{', '1:2: malformed JSON'],
    ['{"a": 1,}', '1:9: malformed JSON'],
    ['{"a": 1\n "b": 2}', '2:2: malformed JSON: comma expected'],
    ['{"a": 1} x', '1:10: malformed JSON'],
    ["{'a': 1}", '1:2: malformed JSON'],
    ['// note\n{}', '1:1: malformed JSON'],
    ['', '1:1: '],
    ['[]', '1:1: must be a mapping, not a list'],
    ['['.repeat(100_000), '1:1: '],
    [`"${'x'.repeat(2 ** 20)}"`, '1:1: has more than'],
  ])('in the text %.20j have line and column', (text, expected) => {
    const { request, problems } = parse(text);
    expect(request).toBeUndefined();
    expect(problems[0]).toContain(`r.json:${expected}`);
  });

  test('of nesting, however deep, are no crash', () => {
    for (let depth = 500; depth <= 8_000; depth += 500) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":[', ']}'],
      ] as const) {
        const { request, problems } = parse(`{"machine": ${open.repeat(depth)}${close.repeat(depth)}}`);
        expect(request).toBeUndefined();
        expect(problems.length).toBeGreaterThan(0);
      }
    }
  });

  test.each([5, null, ['lumi-c'], true])('include a machine that is %j', (value) => {
    expect(parse({ ...minimal, machine: value }).problems).toEqual([
      'r.json:1:12: machine: must be an object with platform, architecture and container_engine, or the name of an HPC system in quotes',
    ]);
  });

  test('in a key given twice are shown', () => {
    const text = JSON.stringify(minimal).replace('{', '{"workflow": "other", ');
    const { request, problems } = parse(text);
    expect(request?.source).toMatchObject({ workflow: 'minimal_workflow' });
    expect(problems).toEqual([expect.stringContaining('workflow: is given more than once')]);
  });
});

describe('names that could lead elsewhere are refused', () => {
  const odd = [
    '',
    '..',
    '../x',
    '/etc',
    'a/b',
    '-x',
    'a b',
    'a;b',
    '$(id)',
    '`id`',
    'a\nb',
    'a\0b',
    'é',
    'x'.repeat(81),
  ];

  test.each(odd)('as workflow: %j', (workflow) => {
    expect(parse({ ...minimal, workflow }).request).toBeUndefined();
  });

  test.each([...odd, 'usr', 'etc', 'proc'])('as step: %j', (stepId) => {
    expect(parse({ ...minimal, step_id: stepId }).request).toBeUndefined();
  });

  test.each([
    '-x',
    '--upload-pack=id',
    'a..b',
    '/x',
    'x/',
    'a//b',
    'x/.y',
    'x.lock',
    'x.lock/y',
    'x.',
    'a b',
    'a:b',
    'a~1',
    'HEAD^',
    '$(id)',
    'x\n',
    'x'.repeat(201),
  ])('as version: %j', (version) => {
    expect(parse({ ...minimal, version }).request).toBeUndefined();
  });

  test.each(['-x', 'a;b', 'openmpi --x', '$(id)', 'a\nb', 'a"b', '../x', 'a/b'])('as MPI spec: %j', (mpi) => {
    expect(parse({ ...minimal, machine: { ...machine, mpi } }).request).toBeUndefined();
  });

  test.each(['rome\n', 'r/ome', '$(id)', 'constructor', '__proto__', ' '.repeat(1000)])(
    'as architecture: %j',
    (architecture) => {
      const { request } = parse({ ...minimal, machine: { ...machine, architecture } });
      expect(request?.machine.requestedArchitecture ?? 'rome').toBe('rome');
    },
  );

  test('as a path with a NUL character', () => {
    expect(parse({ ...minimal, path: 'a\0b' }).request).toBeUndefined();
  });

  test('when they are too long together for a file name', () => {
    const long = { ...minimal, workflow: 'w'.repeat(80), step_id: 's'.repeat(80), version: 'v'.repeat(80) };
    expect(parse(long).problems).toEqual([expect.stringContaining('fit into a file name')]);
  });
});

test('any JSON value is answered with a request or with errors, never with a crash', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { request, problems } = parseRequestText(text, { cwd: '/' });
      expect(request !== undefined || problems.some(({ severity }) => severity === 'error')).toBe(true);
    }),
  );
});

test('any text in any field is answered with a request or with errors', () => {
  const field = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(field, field, field, field, (workflow, stepId, version, mpi) => {
      const value = { machine: { ...machine, mpi }, workflow, step_id: stepId, version };
      const { request, problems } = parseRequestText(JSON.stringify(value), { cwd: '/' });
      expect(request !== undefined || problems.some(({ severity }) => severity === 'error')).toBe(true);
    }),
  );
});

test('requireRequest puts all errors into one, for people and for programs', () => {
  try {
    requireRequest(parseRequestText('{"machine": {}}', { file: 'r.json', cwd: '/' }));
    expect.unreachable();
  } catch (error) {
    if (!isAppError(error, 'REQUEST_INVALID')) throw error;
    expect(error.message.split('\n')).toHaveLength(5);
    expect(error.details['problems']).toHaveLength(5);
  }
});

test('a request file that is not there is named', async () => {
  await expect(readRequestFile('/nowhere/r.json')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});
