import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { formatRun, planRunByGpu, planSystemRun } from './run-plan.ts';
import { arm, cray } from './system.fixture.ts';

test('a job script gets modules, variables and the run line', () => {
  expect(formatRun(planSystemRun(cray), { image: 'my image.sif', command: ['./app', "it's"] })).toBe(
    [
      '# cray-gpu: A Cray, Somewhere',
      'module load rocm/6.2.4 cray-mpich-abi',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a shell
      'export APPTAINER_BIND="/opt/cray,/var/spool${APPTAINER_BIND:+,$APPTAINER_BIND}"',
      'export APPTAINERENV_LD_LIBRARY_PATH="$CRAY_LD_LIBRARY_PATH:/opt/cray/pe/lib64"',
      `srun apptainer exec --rocm 'my image.sif' ./app 'it'"'"'s'`,
      '',
    ].join('\n'),
  );
});

test('what is not given is a placeholder', () => {
  expect(formatRun(planSystemRun(cray), {})).toContain('srun apptainer exec --rocm <image> <command>\n');
});

test('a system without a run line gets the usual form for its scheduler and runtime, and says so', () => {
  expect(formatRun(planSystemRun(arm), { image: 'x', command: ['y'] })).toBe(
    [
      '# arm-cluster',
      '# no source confirms: mpi',
      '# no run line is known for this machine: this is the usual form',
      'flux run podman-hpc run --rm --gpu x y',
      '',
    ].join('\n'),
  );
});

test.each([
  ['cuda', 'srun apptainer exec --nv x <command>'],
  ['rocm', 'srun apptainer exec --rocm x <command>'],
  [undefined, 'srun apptainer exec x <command>'],
] as const)('an image for %s of no known machine is run with srun and Apptainer', (kind, line) => {
  expect(formatRun(planRunByGpu(kind), { image: 'x' })).toContain(`${line}\n`);
});

test('a shell reads the words back unchanged, and expands the variables of values only', () => {
  const line = `printf '%s\\n' "$A" bash -c 'exec "$@"' {image} {command}`;
  const plan = { ...planRunByGpu(undefined), env: { A: '$B:`id`:$(id):"q"' }, line };
  const script = formatRun(plan, { image: '$(id) {command}', command: ["a'b", '$1', '$&'] });
  const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { B: 'b' } });
  expect(printed.split('\n')).toEqual([
    'b:`id`:$(id):"q"',
    'bash',
    '-c',
    'exec "$@"',
    '$(id) {command}',
    "a'b",
    '$1',
    '$&',
    '',
  ]);
});
