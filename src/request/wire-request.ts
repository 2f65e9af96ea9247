import { z } from 'zod';
import { codeNames } from '../machine/code-names.ts';
import { listMicroarchitectures } from '../machine/microarchitecture.ts';
import { platformOf } from '../machine/resolve-architecture.ts';

const nameField = (description: string) => z.string().meta({ description });

const specField = (description: string, example: string) =>
  z
    .string()
    .nullish()
    .meta({ description: `${description}; empty means none`, examples: [example] });

const notBoolean = { error: 'must be true or false' };

/** Old clients are written in Python and send its words for the truth values as text. */
const flagField = (description: string) =>
  z
    .union([z.boolean(), z.string().regex(/^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/, notBoolean)], notBoolean)
    .nullish()
    .meta({ description });

/** For editors to complete from. */
const architectureNames = ['none', ...listMicroarchitectures().filter(platformOf), ...codeNames].map(
  (entry) => (typeof entry === 'string' ? entry : entry.name),
);

const notMachine = {
  error:
    'must be an object with platform, architecture and container_engine, or the name of an HPC system in quotes',
};

const machineSchema = z
  .object(
    {
      platform: nameField('OCI platform of the machine').meta({
        examples: ['linux/amd64', 'linux/arm64', 'linux/ppc64le'],
      }),
      architecture: nameField(
        'CPU microarchitecture: an archspec name, a vendor code name, or none for any machine of the platform',
      ).meta({ examples: architectureNames }),
      container_engine: nameField('What runs the image: singularity and apptainer get a SIF as well').meta({
        examples: ['docker', 'singularity', 'apptainer'],
      }),
      mpi: specField('Spack spec of the MPI library of the machine', 'openmpi@4'),
      gpu: specField(
        'Spack spec of the GPU toolkit of the machine, with the architecture that code is compiled for',
        'cuda@12.4 cuda_arch=90',
      ),
    },
    notMachine,
  )
  .meta({ description: 'The machine that the image is for' });

const systemName = nameField('Name of an HPC system, as `cic machines` lists them').meta({
  examples: ['marenostrum5-acc', 'lumi-g'],
});

const { platform, architecture, container_engine, mpi, gpu } = machineSchema.shape;

const namedMachineSchema = z
  .object({
    name: systemName,
    platform: platform.nullish(),
    architecture: architecture.nullish(),
    container_engine: container_engine.nullish(),
    mpi,
    gpu,
  })
  .meta({ description: 'A named HPC system; what stands beside its name wins over what the system says' });

/**
 * A build request as clients send it and as it stands in request files. Unknown keys are ignored.
 *
 * @see contract: POST /build/ and library mode
 */
export const wireRequestSchema = z
  .object({
    machine: machineSchema,
    workflow: nameField('Folder in the workflow registry; BASE with step_id BASE builds the base image'),
    step_id: nameField("Folder of the step in the workflow's folder"),
    version: z.string().nullish().meta({
      description: 'Git branch, tag or commit of the workflow registry; latest is its default branch',
      default: 'latest',
    }),
    path: z.string().nullish().meta({
      description: 'A local step folder instead of the registry, relative to the request file',
    }),
    force: flagField('Build anew even when the image exists').meta({ default: false }),
    push: flagField('Push the image; by default when a registry is configured'),
  })
  .meta({ title: 'CIC build request' });

/** Fields of a machine; what it lacks, the HPC system of that name says. */
export type WireMachine = Partial<z.infer<typeof namedMachineSchema>>;

export type WireRequest = Omit<z.infer<typeof wireRequestSchema>, 'machine'> & {
  /** The name of an HPC system stands for a machine that has that name alone. */
  readonly machine: string | WireMachine;
};

/** Known keys of a machine. */
export const machineKeys = Object.keys(namedMachineSchema.shape);

/** The schema for what a request says of its machine: fields, the name of a system and fields, or a name. */
export function chooseRequestSchema(machine: unknown): z.ZodType<WireRequest> {
  if (typeof machine === 'string') return wireRequestSchema.extend({ machine: systemName });
  const hasName =
    typeof machine === 'object' && machine !== null && 'name' in machine && isGiven(machine.name);
  return hasName ? wireRequestSchema.extend({ machine: namedMachineSchema }) : wireRequestSchema;
}

function isGiven(name: unknown): boolean {
  return name !== undefined && name !== null && name !== '';
}

/** Every form that a request may have; {@link chooseRequestSchema} finds more exact faults. */
export const anyRequestSchema = wireRequestSchema.extend({
  machine: z.union([machineSchema, namedMachineSchema, systemName]),
});

/** JSON Schema of request files, for editors. */
export function toRequestJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(anyRequestSchema, { io: 'input', target: 'draft-7' });
}
