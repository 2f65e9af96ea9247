import type { AppError } from '../../../src/errors/app-error.ts';
import { findNearestName } from '../../../src/errors/nearest-name.ts';
import type { Schemas } from '../api/client.ts';
import type { BuildRequest } from '../api/requests.ts';
import type { BuildForm } from './form.ts';
import { base } from './workflows.ts';

/** What is wrong with a field: an error forbids the build, a warning does not. */
export type FieldNote = { readonly severity: 'error' | 'warning'; readonly text: string };

/** Fields of the form that something can be wrong with. */
export type FieldName = Exclude<keyof BuildForm, 'force' | 'push'> | 'form';

export type FieldNotes = Partial<Readonly<Record<FieldName, FieldNote>>>;

const fieldNames: Readonly<Record<string, FieldName>> = {
  machine: 'system',
  'machine.name': 'system',
  'machine.platform': 'platform',
  'machine.architecture': 'architecture',
  'machine.container_engine': 'engine',
  'machine.mpi': 'mpi',
  'machine.gpu': 'gpu',
  workflow: 'workflow',
  step_id: 'step',
  version: 'version',
};

type Problem = Pick<Schemas['FieldProblem'], 'severity' | 'message' | 'hint' | 'field'>;

/** Of no use in a form, whose lists have the names: `cic machines` lists them. */
const commandAdvice = / ?`cic [^`]+` .*$/;

/** What the service found, by the fields of the form; of several the first error. What has no field is of the form. */
export function notesOfService(problems: readonly Problem[]): FieldNotes {
  const notes: Partial<Record<FieldName, FieldNote>> = {};
  for (const { severity, message, hint, field = '' } of problems) {
    const name = fieldNames[field] ?? 'form';
    const advice = hint?.replace(commandAdvice, '') ?? '';
    const text = advice === '' ? message : `${message} (${advice})`;
    if (notes[name] === undefined || (notes[name].severity === 'warning' && severity === 'error')) {
      notes[name] = { severity, text };
    }
  }
  return notes;
}

/** Of fields that have changed since they were asked about, nothing is known. */
export function dropOutdated(notes: FieldNotes, asked: BuildRequest, now: BuildRequest): FieldNotes {
  const entries = Object.entries(notes) as [FieldName, FieldNote][];
  return Object.fromEntries(entries.filter(([name]) => valueIn(asked, name) === valueIn(now, name)));
}

/** @returns Undefined for what a request leaves to the system that it names, and for what is no field. */
function valueIn({ machine, ...request }: BuildRequest, field: FieldName): unknown {
  const fields = typeof machine === 'string' ? { name: machine } : machine;
  const own = Object.entries({ ...request, ...prefixed(fields) });
  return own.find(([key]) => fieldNames[key] === field)?.[1];
}

function prefixed(machine: object) {
  return Object.fromEntries(Object.entries(machine).map(([key, value]) => [`machine.${key}`, value]));
}

/** What speaks against a value, but need not be true for long: somebody may be about to push that branch. */
export function noteOfError({ message, hint }: Pick<AppError, 'message' | 'hint'>): FieldNote {
  return { severity: 'warning', text: hint === undefined ? message : `${message} (${hint})` };
}

const questions = {
  architecture: 'Which processors? Choose a microarchitecture, or none for any machine.',
  workflow: 'Which workflow?',
  step: 'Which step of it?',
} as const;

/** Fields that are empty and must not be. */
export function notesOfMissing(form: BuildForm): FieldNotes {
  const fields = ['architecture', 'workflow', 'step'] as const;
  const missing = fields.filter((field) => form[field].trim() === '');
  return Object.fromEntries(
    missing.map((field) => [field, { severity: 'error', text: questions[field] } as const]),
  );
}

/** What the registry has not, at that version. Somebody may be about to add it: it forbids nothing. */
export function notesOfRegistry(
  { workflow, step, version }: Pick<BuildForm, 'workflow' | 'step' | 'version'>,
  workflows: readonly Schemas['Workflow'][],
): FieldNotes {
  if (workflow.trim() === '' || workflow === base) return {};
  const found = workflows.find(({ name }) => name === workflow.trim());
  const names = workflows.map(({ name }) => name);
  if (found === undefined) {
    return { workflow: warn(`the registry has no workflow of this name at ${version}`, workflow, names) };
  }
  if (step.trim() === '' || found.steps.includes(step.trim())) return {};
  return { step: warn(`the workflow has no step of this name at ${version}`, step, found.steps) };
}

function warn(message: string, name: string, known: readonly string[]): FieldNote {
  const nearest = findNearestName(name, known);
  return {
    severity: 'warning',
    text: nearest === undefined ? message : `${message} (did you mean "${nearest}"?)`,
  };
}

/** Errors come before warnings, and of equals the first: what is missing says so in plainer words than the service. */
export function mergeNotes(...all: readonly FieldNotes[]): FieldNotes {
  const merged: Partial<Record<FieldName, FieldNote>> = {};
  for (const notes of all) {
    for (const [name, note] of Object.entries(notes) as [FieldName, FieldNote][]) {
      if (merged[name] === undefined || (merged[name].severity === 'warning' && note.severity === 'error')) {
        merged[name] = note;
      }
    }
  }
  return merged;
}

export function hasErrors(notes: FieldNotes): boolean {
  return Object.values(notes).some(({ severity }) => severity === 'error');
}
