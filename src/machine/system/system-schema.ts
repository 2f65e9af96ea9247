import { z } from 'zod';
import { isAppError } from '../../errors/app-error.ts';
import { parsePlatform } from '../../oci/platform.ts';
import { gpuKinds } from '../gpu.ts';
import { mpiAbis } from '../mpi.ts';
import { mpiModels, pmis, type RuntimeName, runtimeFormats, schedulers } from './system.ts';

const text = (description: string) => z.string().min(1, 'must not be empty').meta({ description });

const systemName = z
  .string()
  .regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/, 'must be lower case letters and digits, with . _ - between them');

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, {
    error: ({ input }) =>
      input === undefined ? 'is missing' : `${JSON.stringify(input)} is none of ${values.join(', ')}`,
  });

const platform = z.string().superRefine((value, context) => {
  try {
    parsePlatform(value);
  } catch (error) {
    if (!isAppError(error)) throw error;
    context.addIssue({ code: 'custom', message: error.message, params: { hint: error.hint } });
  }
});

const spec = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*(?:[@+~ ].*)?$/, 'must be a Spack spec such as openmpi@4.1')
  .optional();

const gpuSchema = z.object({
  kind: oneOf(gpuKinds),
  arch: z
    .string()
    .regex(/^[a-z0-9]+$/, 'must be an architecture such as 90 or gfx90a')
    .optional()
    .meta({ description: 'CUDA compute capability without its point, or the name that ROCm uses' }),
  driver: text('What is installed on the host').optional(),
  build_with: spec.meta({ description: 'Spack spec of the toolkit that images get' }),
});

const mpiSchema = z.object({
  family: text('The MPI library of the host').meta({ examples: ['cray-mpich', 'openmpi'] }),
  version: text('Its version').optional(),
  abi: oneOf(mpiAbis).meta({
    description: 'Which libraries it can replace: mpich is libmpi.so.12, openmpi libmpi.so.40',
  }),
  build_with: spec.meta({ description: 'Spack spec that images are compiled against' }),
  pmi: oneOf(pmis).optional().meta({ description: 'How the ranks that the scheduler starts meet' }),
  model: oneOf(mpiModels).optional().meta({
    description: "bind: the host's library replaces the image's; hybrid: the image's own runs",
  }),
});

const runtimeSchema = z.object({
  name: oneOf(Object.keys(runtimeFormats) as [RuntimeName, ...RuntimeName[]]),
  version: text('Its version').optional(),
  build_allowed: z.boolean().optional().meta({ description: 'Users may build images there' }),
  gpu_flag: text('Option that shows the GPUs to the container').optional(),
});

const sourceSchema = z.object({
  url: z.url({ protocol: /^https$/, error: 'must be a link that begins with https://' }),
  fact: text('What it tells'),
  date: z
    .string()
    .regex(/^\d{4}(?:-\d{2}){0,2}$/, 'must be a year, a month or a day: 2026, 2026-08, 2026-08-19')
    .optional()
    .meta({ description: 'Of the version that was read' }),
});

const list = <Item extends z.ZodType>(item: Item, description: string) =>
  z.array(item).default([]).meta({ description });

const runLine = z
  .string()
  .regex(/^(?=.*\{image\})(?=.*\{command\}).+$/, 'must hold {image} and {command}')
  .refine((line) => isUnquoted(line, '{image}') && isUnquoted(line, '{command}'), {
    error: '{image} and {command} must stand outside of quotes: CIC quotes what it puts there',
  })
  .optional()
  .meta({ description: 'Starts {command} in {image} from a job' });

/** Whether a word is still there when all quoted texts are taken away. */
function isUnquoted(line: string, word: string): boolean {
  const unquoted = line.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"/g, '');
  return unquoted.split(word).length === line.split(word).length;
}

/** What `unconfirmed` may name. */
const facts = ['microarchitecture', 'gpu', 'mpi', 'fabric', 'scheduler', 'runtime', 'run_line'] as const;

/** A machine file: one kind of nodes of an HPC system. What is not known for sure is left out. */
export const systemSchema = z
  .object({
    name: systemName.meta({ description: 'What requests call it' }),
    aliases: list(systemName, 'Other names of it'),
    description: text('The machine and its centre').optional(),
    platform: platform.meta({ description: 'OCI platform', examples: ['linux/amd64', 'linux/arm64'] }),
    microarchitecture: text('archspec name of the CPUs'),
    gpu: gpuSchema.optional().meta({ description: 'Left out where nodes have none' }),
    mpi: mpiSchema.optional().meta({ description: 'The MPI that the host offers to containers' }),
    fabric: text('The network between nodes').optional(),
    scheduler: oneOf(schedulers).optional(),
    runtime: runtimeSchema.optional().meta({ description: 'What runs containers' }),
    modules: list(z.string().min(1), 'Environment modules to load before the run line'),
    bind: list(
      z.string().startsWith('/', 'must begin with /'),
      'Folders and files of the host that containers need',
    ),
    env: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/), z.string())
      .default({})
      .meta({ description: 'Variables of the shell; $NAME in a value stands for another one' }),
    run_line: runLine,
    unconfirmed: list(oneOf(facts), 'Fields that no source says in print'),
    sources: list(sourceSchema, 'Where all this is written'),
  })
  .meta({ title: 'CIC machine file' });

export type SystemFile = z.infer<typeof systemSchema>;

/** JSON Schema of machine files, for editors: unknown keys are marked. */
export function toMachineJsonSchema(): Record<string, unknown> {
  const { required, ...schema } = z.toJSONSchema(systemSchema, { target: 'draft-7' });
  return { ...schema, required: ['name', 'platform', 'microarchitecture'] };
}
