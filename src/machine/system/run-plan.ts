import { quoteForShell } from '../../shell/quote.ts';
import { type GpuKind, gpuFlags } from '../gpu.ts';
import type { HpcSystem, RuntimeName, Scheduler } from './system.ts';

/** How to run an image in a job. */
export type RunPlan = {
  /** What the reader should know, a line each. */
  readonly notes: readonly string[];
  /** Environment modules to load. */
  readonly modules: readonly string[];
  /** Values are shell text in which `$NAME` stands for another variable. */
  readonly env: Readonly<Record<string, string>>;
  /** Shell text with `{image}` and `{command}` in it. */
  readonly line: string;
};

const launchers: Readonly<Record<Scheduler, string>> = {
  slurm: 'srun',
  flux: 'flux run',
  pbs: 'mpiexec',
  pjm: 'mpiexec',
};

const programs: Readonly<Partial<Record<RuntimeName, string>>> = {
  singularity: 'singularity exec',
  'singularity-ce': 'singularity exec',
  'singularity-pro': 'singularity exec',
  'podman-hpc': 'podman-hpc run --rm',
};

/** What a machine file tells about running images; the usual form where it has no run line. */
export function planSystemRun(system: HpcSystem): RunPlan {
  const { name, description, scheduler, runtime, runLine, unconfirmed, gpu } = system;
  const usual = planUsualRun({
    ...(scheduler !== undefined && { launcher: launchers[scheduler] }),
    program: runtime && programs[runtime.name],
    gpuFlag: runtime?.gpuFlag ?? (gpu && gpuFlags[gpu.kind]),
  });
  return {
    notes: [
      description === undefined ? name : `${name}: ${description}`,
      ...(unconfirmed.length === 0 ? [] : [`no source confirms: ${unconfirmed.join(', ')}`]),
      ...(runLine === undefined ? usual.notes : []),
    ],
    modules: system.modules,
    env: { ...planBind(system), ...system.env },
    line: runLine ?? usual.line,
  };
}

type UsualRun = {
  /** Default: srun. */
  readonly launcher?: string | undefined;
  /** Default: apptainer. */
  readonly program?: string | undefined;
  readonly gpuFlag?: string | undefined;
};

/** How images are run on most clusters. */
function planUsualRun({ launcher = 'srun', program = 'apptainer exec', gpuFlag }: UsualRun): RunPlan {
  const words = [launcher, program, ...(gpuFlag === undefined ? [] : [gpuFlag]), '{image}', '{command}'];
  const notes = ['no run line is known for this machine: this is the usual form'];
  return { notes, modules: [], env: {}, line: words.join(' ') };
}

/** The usual run for an image that only says which GPUs it is for. */
export function planRunByGpu(kind: GpuKind | undefined): RunPlan {
  return planUsualRun({ gpuFlag: kind && gpuFlags[kind] });
}

/** Apptainer and Singularity take mounts from a variable, to which modules of the site may have added. */
function planBind({ bind, runtime }: HpcSystem): Record<string, string> {
  const [prefix] = /^(?:apptainer|singularity)/.exec(runtime?.name ?? '') ?? [];
  if (prefix === undefined || bind.length === 0) return {};
  const name = `${prefix.toUpperCase()}_BIND`;
  return { [name]: `${bind.join(',')}\${${name}:+,$${name}}` };
}

export type RunWords = {
  /** Path or name of the image. */
  readonly image?: string | undefined;
  readonly command?: readonly string[] | undefined;
};

/** The lines of a job script that run an image, with placeholders for what is not given. */
export function formatRun(plan: RunPlan, { image, command = [] }: RunWords): string {
  const words: Readonly<Record<string, string>> = {
    '{image}': image === undefined ? '<image>' : quoteForShell(image),
    '{command}': command.length === 0 ? '<command>' : command.map(quoteForShell).join(' '),
  };
  const line = plan.line.replaceAll(/\{image\}|\{command\}/g, (place) => words[place] ?? place);
  return [
    ...plan.notes.map((note) => `# ${note}`),
    ...(plan.modules.length === 0 ? [] : [`module load ${plan.modules.map(quoteForShell).join(' ')}`]),
    ...Object.entries(plan.env).map(([name, value]) => `export ${name}="${escapeValue(value)}"`),
    line,
    '',
  ].join('\n');
}

/** Between double quotes only variables keep a meaning. */
function escapeValue(value: string): string {
  return value.replaceAll(/[\\"`]|\$(?=\()/g, '\\$&');
}
