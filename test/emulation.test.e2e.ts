import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runApptainer } from './apptainer.ts';
import { runCic } from './cic.ts';
import { withMountedImage } from './mounted-image.ts';
import { freshFile, type TestStep, writeStep } from './step.ts';

let step: TestStep;

afterEach(() => step.remove());

const postInstall = 'uname -m > /machine.txt\necho "$CIC_TARGET $CIC_MARCH_FLAGS" >> /machine.txt\n';

async function writeForeignStep(platform: string, architecture: string): Promise<string[]> {
  const machine = { platform, architecture, container_engine: 'singularity' };
  step = await writeStep({ 'post_inst.sh': postInstall, ...freshFile() }, { machine });
  return ['--request', step.request, '--output', step.output];
}

async function allowEmulation(): Promise<string> {
  const config = join(step.folder, 'cic.yaml');
  await writeFile(config, 'engine: {emulation: true}\n');
  return config;
}

test.each([
  { platform: 'linux/arm64', architecture: 'neoverse_v1', engine: 'buildah', uname: 'aarch64' },
  { platform: 'linux/arm64', architecture: 'neoverse_v1', engine: 'buildx', uname: 'aarch64' },
])('$platform is built with $engine through QEMU', async ({ platform, architecture, engine, uname }) => {
  const args = [...(await writeForeignStep(platform, architecture)), '--config', await allowEmulation()];
  const { stdout, stderr, exitCode } = await runCic(['build', '--json', '--engine', engine, ...args]);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/warning +linux\/\w+ is emulated by QEMU here: expect 5 to 8 times the usual time/);
  const { path } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { path: string };
  const text = await withMountedImage(path, (folder) => readFile(join(folder, 'machine.txt'), 'utf8'));
  const [machine, target] = text.split('\n');
  expect(machine).toBe(uname);
  expect(target).toMatch(new RegExp(`^${architecture} -m`));
  const header = (await runApptainer(['sif', 'header', path])).stdout;
  expect(header).toMatch(new RegExp(`Primary Architecture: +${platform.split('/')[1]}`));
});

test('without consent another platform is refused, with what to do', async () => {
  const args = await writeForeignStep('linux/arm64', 'none');
  const { exitCode, stderr } = await runCic(['build', '--engine', 'buildah', ...args]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('this machine cannot run linux/arm64 natively');
  expect(stderr).toContain('emulation: true');
});
