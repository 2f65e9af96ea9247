import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { formatProblem } from '../../errors/problem.ts';
import { isSystemFile, parseSystem } from './parse-system.ts';
import { toMachineJsonSchema } from './system-schema.ts';

const minimal = 'name: ours\nplatform: linux/arm64\nmicroarchitecture: grace\n';

function problemsOf(text: string): string[] {
  return parseSystem(text, 'm.yaml').problems.map(formatProblem);
}

test('what a file leaves out is absent or empty', () => {
  expect(parseSystem(minimal, 'm.yaml')).toEqual({
    problems: [],
    system: {
      name: 'ours',
      aliases: [],
      platform: { os: 'linux', architecture: 'arm64' },
      microarchitecture: 'neoverse_v2',
      modules: [],
      bind: [],
      env: {},
      unconfirmed: [],
      sources: [],
    },
  });
});

test('all that a file can say is kept', () => {
  const text = `${minimal}gpu: {kind: cuda, arch: "90", driver: cuda/12, build_with: cuda@12}
mpi: {family: openmpi, version: "5.0", abi: openmpi, build_with: openmpi@5, pmi: pmix, model: hybrid}
fabric: InfiniBand
scheduler: slurm
runtime: {name: apptainer, version: "1.3", build_allowed: true, gpu_flag: --nv}
run_line: srun apptainer exec --nv {image} {command}
unconfirmed: [fabric]
sources: [{url: "https://example.org", fact: GPU, date: 2026-08}]
`;
  expect(parseSystem(text, 'm.yaml').system).toMatchObject({
    gpu: { kind: 'cuda', arch: '90', driver: 'cuda/12', buildWith: 'cuda@12' },
    mpi: { family: 'openmpi', version: '5.0', buildWith: 'openmpi@5', pmi: 'pmix', model: 'hybrid' },
    runtime: { name: 'apptainer', version: '1.3', buildAllowed: true, gpuFlag: '--nv' },
    runLine: 'srun apptainer exec --nv {image} {command}',
    sources: [{ url: 'https://example.org', fact: 'GPU', date: '2026-08' }],
  });
});

test.each([
  ['name: Ours', 'm.yaml:1:7: name: must be lower case letters and digits'],
  ['platform: linux/riscv64', 'is not a platform that CIC builds for (use one of linux/amd64'],
  ['microarchitecture: zen3', 'contradicts platform linux/arm64'],
  ['microarchitecture: zen33', '"zen33" is not a known CPU microarchitecture (did you mean "zen3"?'],
  ['scheduler: slrum', '"slrum" is none of slurm, pbs, flux, pjm'],
  ['run_line: srun {image}', 'must hold {image} and {command}'],
  ["run_line: sh -c 'x {command}' {image}", 'must stand outside of quotes'],
  ['unconfirmed: [gpu]', 'names what the file does not say: gpu'],
  ['sources: [{url: "http://example.org", fact: x}]', 'must be a link that begins with https://'],
  ['sources: [{url: "https://example.org", facts: x}]', 'facts: is not a known key (did you mean "fact"?)'],
  ['gpus: {}', 'gpus: is not a known key (did you mean "gpu"?)'],
  ['bind: [opt]', 'must begin with /'],
])('a fault is told with its place: %s', (line, told) => {
  const [key = ''] = line.split(':');
  const kept = minimal.split('\n').filter((other) => !other.startsWith(`${key}:`));
  expect(problemsOf([line, ...kept].join('\n')).join('\n')).toContain(told);
});

test('a file is told from a configuration by what only it has', () => {
  expect(isSystemFile(minimal)).toBe(true);
  expect(isSystemFile('machines: ours\nregistry: {prefix: x}\n')).toBe(false);
});

test('the schema for editors closes the file and requires little', () => {
  expect(toMachineJsonSchema()).toMatchObject({
    title: 'CIC machine file',
    additionalProperties: false,
    required: ['name', 'platform', 'microarchitecture'],
  });
});

test('the example of the documentation is a machine file', async () => {
  const page = await readFile(new URL('../../../docs/machines.md', import.meta.url), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  expect(isSystemFile(example)).toBe(true);
  expect(parseSystem(example, 'docs.yaml')).toMatchObject({ problems: [], system: { name: 'ours-gpu' } });
});
