import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanReport } from '../src/build/plan-report.ts';
import type { EngineKind } from '../src/engine/port.ts';
import { type LockNode, parseLock } from '../src/spack/lock.ts';
import { execInImage } from './apptainer.ts';
import { type BuildReport, type CicOutcome, runCic } from './cic.ts';
import type { TestSpack } from './spack-site.ts';
import { type StepFiles, type TestStep, writeStep } from './step.ts';

export type SpackWish = {
  readonly stepId: string;
  readonly files: StepFiles;
  /** Path of the site's configuration. */
  readonly config: string;
  readonly machine?: Readonly<Record<string, string>>;
  readonly engine?: EngineKind;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export type SpackOutcome = CicOutcome & {
  readonly report: BuildReport & { readonly code?: string };
  /** To be removed by who builds. */
  readonly step: TestStep;
};

export const microarchitecture = 'x86_64_v3';

/** Builds a step for {@link microarchitecture}; `machine` replaces fields of the request's machine. */
export async function buildSpackStep({ stepId, files, config, ...wish }: SpackWish): Promise<SpackOutcome> {
  const { machine = {}, engine = 'buildah', args = [], env = {} } = wish;
  const target = {
    platform: 'linux/amd64',
    architecture: microarchitecture,
    container_engine: 'singularity',
  };
  const changes = { workflow: 'spack', step_id: stepId, machine: { ...target, ...machine } };
  const step = await writeStep(files, changes);
  const paths = ['--request', step.request, '--output', step.output, '--config', config];
  const outcome = await runCic(['build', '--json', '--engine', engine, ...paths, ...args], env);
  const lastLine = outcome.stdout.trimEnd().split('\n').at(-1) ?? '{}';
  return { ...outcome, report: JSON.parse(lastLine) as SpackOutcome['report'], step };
}

/** Files of a step that asks for packages. */
export function askFor(...specs: readonly string[]): StepFiles {
  return { 'eflows4hpc.yaml': `spack: {specs: [${specs.join(', ')}]}\n` };
}

/**
 * buildah keeps its cache mounts below TMPDIR: with another one it is as new as on another machine.
 *
 * @param folder Holds what such machines keep.
 */
export async function onMachine(folder: string, name: string): Promise<{ readonly TMPDIR: string }> {
  const TMPDIR = join(folder, name);
  await mkdir(TMPDIR, { recursive: true });
  return { TMPDIR };
}

export type SpackPlan = CicOutcome & {
  /** By name; empty when nothing was solved. */
  readonly packages: ReadonlyMap<string, LockNode>;
  /** To be removed by who plans. */
  readonly step: TestStep;
};

type PlanWish = {
  /** Name of an HPC system. */
  readonly machine: string;
  readonly specs: readonly string[];
  /** The step's own. */
  readonly packages?: object;
  /** The site's own configuration of Spack. */
  readonly config?: object;
  readonly spack: TestSpack | undefined;
};

/** Solves an environment for an HPC system; nothing of it is built. */
export async function planSpackStep(wish: PlanWish): Promise<SpackPlan> {
  const { machine, specs, packages, config, spack } = wish;
  const files = {
    'step/eflows4hpc.yaml': JSON.stringify({ spack: { specs, packages } }),
    'cic.json': JSON.stringify({ spack: { ...spack, config } }),
  };
  const step = await writeStep(files, { machine, path: 'step/step' });
  const paths = ['--request', step.request, '--config', `${step.folder}/step/cic.json`];
  const outcome = await runCic(['build', ...paths, '--dry-run', '--json']);
  const report = JSON.parse(outcome.stdout.trimEnd().split('\n').at(-1) || '{}') as Partial<PlanReport>;
  const nodes = report.spack_lock ? parseLock(report.spack_lock).nodes : [];
  return { ...outcome, packages: new Map(nodes.map((node) => [node.name, node])), step };
}

/** What a script prints inside of an image, without this machine's variables. */
export function runInSif(sif: string, script: string): Promise<string> {
  return execInImage(sif, ['bash', '-c', script], { flags: ['--cleanenv'] });
}

/** Whether the log of a build has a package compiled. */
export function isCompiled(log: string, name: string): boolean {
  return new RegExp(`==> ${name}: Executing phase: |\\[ \\] \\w+ ${name}@\\S+ build `).test(log);
}

export function isFromCache(log: string, name: string): boolean {
  return new RegExp(`Extracting ${name}-\\S+ from binary cache|\\[ \\] \\w+ ${name}@\\S+ relocating `).test(
    log,
  );
}
