import type { Schemas } from '../api/client.ts';
import type { BuildRequest } from '../api/requests.ts';

/** What the fields of the page hold. */
export type BuildForm = {
  /** Name of an HPC system; empty: the machine is what the other fields say. */
  readonly system: string;
  readonly platform: string;
  readonly architecture: string;
  readonly engine: 'apptainer' | 'docker';
  readonly mpi: string;
  readonly gpu: string;
  readonly workflow: string;
  readonly step: string;
  readonly version: string;
  readonly force: boolean;
  readonly push: 'default' | 'yes' | 'no';
};

export type MachineField = 'platform' | 'architecture' | 'engine' | 'mpi' | 'gpu';
export const machineFields = ['platform', 'architecture', 'engine', 'mpi', 'gpu'] as const;

export const emptyForm: BuildForm = {
  system: '',
  platform: 'linux/amd64',
  architecture: '',
  engine: 'apptainer',
  mpi: '',
  gpu: '',
  workflow: '',
  step: '',
  version: 'latest',
  force: false,
  push: 'default',
};

/** The machine that the name of an HPC system stands for. */
export function fieldsOfSystem({ request_fields: fields }: Pick<Schemas['System'], 'request_fields'>) {
  return {
    platform: fields.platform,
    architecture: fields.architecture,
    engine: toEngine(fields.container_engine),
    mpi: fields.mpi ?? '',
    gpu: fields.gpu ?? '',
  };
}

/** Singularity and Apptainer mean the same. */
export function toEngine(text: string): BuildForm['engine'] {
  return text === 'docker' ? 'docker' : 'apptainer';
}

/** What of a system's machine the form has otherwise. */
export function changedFields(
  form: BuildForm,
  system: Schemas['System'] | undefined,
): readonly MachineField[] {
  if (system === undefined) return [];
  const own = fieldsOfSystem(system);
  return machineFields.filter((field) => form[field].trim() !== own[field]);
}

/** The request that the form makes. Of a named system only what was changed is said: names come from the system then. */
export function toRequest(form: BuildForm, system: Schemas['System'] | undefined): BuildRequest {
  const { workflow, step, version, force, push } = form;
  return {
    machine: toMachine(form, system),
    workflow: workflow.trim(),
    step_id: step.trim(),
    version: version.trim() || 'latest',
    force,
    ...(push !== 'default' && { push: push === 'yes' }),
  };
}

function toMachine(form: BuildForm, system: Schemas['System'] | undefined): BuildRequest['machine'] {
  const fields = {
    platform: form.platform,
    architecture: form.architecture.trim(),
    container_engine: form.engine,
    mpi: form.mpi.trim(),
    gpu: form.gpu.trim(),
  };
  if (system === undefined) {
    const { mpi, gpu, ...needed } = fields;
    return { ...needed, ...(mpi !== '' && { mpi }), ...(gpu !== '' && { gpu }) };
  }
  const changed = changedFields(form, system);
  if (changed.length === 0) return system.name;
  const keys = changed.map((field) => (field === 'engine' ? 'container_engine' : field));
  return { name: system.name, ...Object.fromEntries(keys.map((key) => [key, fields[key]])) };
}
