import type { Platform } from '../../oci/platform.ts';
import type { GpuKind } from '../gpu.ts';
import type { Mpi, MpiAbi } from '../mpi.ts';

/** How ranks that the scheduler starts find each other; `pspmix` is ParaStation's PMIx. */
export const pmis = ['cray_pmi', 'pmi2', 'pmix', 'pspmix'] as const;
export type Pmi = (typeof pmis)[number];

/** `bind`: the host's library replaces the image's. `hybrid`: the image's own runs, the host starts it. */
export const mpiModels = ['bind', 'hybrid'] as const;
export type MpiModel = (typeof mpiModels)[number];

export const schedulers = ['slurm', 'pbs', 'flux', 'pjm'] as const;
export type Scheduler = (typeof schedulers)[number];

/** What runs images, and the form that it wants them in. */
export const runtimeFormats = {
  apptainer: 'sif',
  singularity: 'sif',
  'singularity-ce': 'sif',
  'singularity-pro': 'sif',
  'podman-hpc': 'oci',
  shifter: 'oci',
  'container-engine': 'oci',
} as const;
export type RuntimeName = keyof typeof runtimeFormats;

/** One kind of nodes of an HPC system, with what an image meets there. Absent is what no source tells. */
export type HpcSystem = {
  readonly name: string;
  readonly aliases: readonly string[];
  /** The machine and its centre, for people. */
  readonly description?: string;
  readonly platform: Platform;
  /** archspec name. */
  readonly microarchitecture: string;
  readonly gpu?: SystemGpu;
  readonly mpi?: SystemMpi;
  readonly fabric?: string;
  readonly scheduler?: Scheduler;
  readonly runtime?: SystemRuntime;
  /** Environment modules to load before the run line. */
  readonly modules: readonly string[];
  /** Folders and files of the host that the container needs, `/there` or `/there:/here`. */
  readonly bind: readonly string[];
  /** Variables of the host's shell; values are shell text in which `$NAME` stands for another variable. */
  readonly env: Readonly<Record<string, string>>;
  /** Shell text with `{image}` and `{command}` in it. */
  readonly runLine?: string;
  /** Fields that are general knowledge: no source says so in print. */
  readonly unconfirmed: readonly string[];
  readonly sources: readonly SystemSource[];
};

export type SystemGpu = {
  readonly kind: GpuKind;
  /** `90` for CUDA's compute capability 9.0, `gfx90a` for ROCm. */
  readonly arch?: string;
  /** What is installed on the host, as its module is called. */
  readonly driver?: string;
  /** Spack spec of the toolkit that images get. */
  readonly buildWith?: string;
};

export type SystemMpi = Mpi & {
  readonly abi: MpiAbi;
  /** Spack spec that images are compiled against. CIC's choice: what the host can replace or start. */
  readonly buildWith?: string;
  readonly pmi?: Pmi;
  readonly model?: MpiModel;
};

export type SystemRuntime = {
  readonly name: RuntimeName;
  readonly version?: string;
  /** Whether users may build images there. */
  readonly buildAllowed?: boolean;
  /** Option that shows the GPUs to the container. */
  readonly gpuFlag?: string;
};

export type SystemSource = {
  readonly url: string;
  /** What it tells, such as `CPU, GPU`. */
  readonly fact: string;
  /** Date of the version that was read: a year, a month or a day. */
  readonly date?: string;
};
