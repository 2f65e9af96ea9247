import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { engineKinds } from '../src/engine/port.ts';
import { startProcess } from '../src/exec/run.ts';
import { buildWithCic, repository } from './cic.ts';
import { hasImage } from './engines.ts';
import { findProcesses } from './processes.ts';
import { freshFile, type TestStep, writeStep } from './step.ts';

let step: TestStep;

afterEach(() => step.remove());

describe.each(engineKinds)('a build with %s', (engine) => {
  const argumentsOf = ({ request, output }: TestStep) => [
    '--request',
    request,
    '--output',
    output,
    '--engine',
    engine,
  ];

  test.each([
    { signal: 'SIGKILL', code: undefined },
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)('that is ended by $signal leaves neither name, file nor process', async ({ signal, code }) => {
    const marker = `9${Date.now()}`;
    const sleep = `sleep ${marker}`;
    const workflow = `interrupted_${marker}`;
    step = await writeStep({ 'post_inst.sh': `echo waiting\n${sleep}\n`, ...freshFile() }, { workflow });
    const outcome = await interrupt(argumentsOf(step), { signal, when: 'waiting' });
    if (code !== undefined) expect(outcome).toMatchObject({ exitCode: code });
    await expect.poll(() => findProcesses(sleep)).toEqual([]);
    expect(await readdir(step.output).catch(() => [])).toEqual([]);
    expect(await hasImage(engine, `${workflow}_step_none_nompi_nogpu:latest`)).toBe(false);
    step = await rewrite(step, 'true\n');
    const report = await buildWithCic(argumentsOf(step));
    expect(report.status).toBe('FINISHED');
    expect(await findWorkspaces()).toEqual([]);
  });

  test('that is killed while it converts leaves no file under its name, and the next one tidies up', async () => {
    const workflow = `interrupted_${Date.now()}`;
    step = await writeStep(freshFile(), { workflow });
    await interrupt(argumentsOf(step), { signal: 'SIGKILL', when: 'Convert to' });
    expect((await readdir(step.output).catch(() => [])).filter((name) => name.endsWith('.sif'))).toEqual([]);
    expect(await hasImage(engine, `${workflow}_step_none_nompi_nogpu:latest`)).toBe(false);
    await expect.poll(() => findProcesses(step.output)).toEqual([]);
    const report = await buildWithCic(argumentsOf(step));
    expect(report.status).toBe('FINISHED');
    expect(await hasImage(engine, report.image_id ?? '')).toBe(true);
    const stem = report.filename?.replace(/\.sif$/, '');
    const names = ['provenance.json', 'sif', 'spdx.json'].map((suffix) => `${stem}.${suffix}`);
    expect((await readdir(step.output)).sort()).toEqual(names);
  });
});

type Interruption = { readonly signal: NodeJS.Signals; readonly when: string };

/** Runs a build and sends a signal when it prints something. */
async function interrupt(
  args: readonly string[],
  { signal, when }: Interruption,
): Promise<{ readonly exitCode?: number; readonly signal?: string }> {
  const command = { file: process.execPath, args: [join(repository, 'dist/cli/main.js'), 'build', ...args] };
  let isSent = false;
  const started = startProcess(command, {
    onLine: (line) => {
      if (isSent || !line.includes(when)) return;
      isSent = true;
      void send(args, signal);
    },
  });
  started.stdin.end();
  started.stdout.resume();
  return started.done.then(
    ({ exitCode }) => ({ exitCode }),
    (error: { details: { exitCode?: number; signal?: string } }) => error.details,
  );
}

async function send(args: readonly string[], signal: NodeJS.Signals): Promise<void> {
  for (const { pid } of await findProcesses(['dist/cli/main.js', 'build', ...args].join(' ')))
    process.kill(pid, signal);
}

async function rewrite(old: TestStep, postInstall: string): Promise<TestStep> {
  await old.remove();
  return writeStep({ 'post_inst.sh': postInstall, ...freshFile() });
}

/** Those of processes that have ended; other tests may build meanwhile. */
async function findWorkspaces(): Promise<string[]> {
  const names = await readdir('/var/cache/cic/work').catch(() => []);
  const living = new Set(await readdir('/proc'));
  return names.filter((name) => {
    const pid = /^build-(\d+)-/.exec(name)?.[1];
    return pid !== undefined && !living.has(pid);
  });
}
