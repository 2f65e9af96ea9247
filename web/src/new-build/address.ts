import type { Schemas } from '../api/client.ts';
import { type BuildForm, changedFields, emptyForm, fieldsOfSystem, machineFields, toEngine } from './form.ts';
import { findMicroarchitecture, findSystem } from './machines.ts';

/**
 * The form that an address asks for: `?machine=…&workflow=…&step=…&version=…`. `machine` is an HPC system or a
 * microarchitecture; `platform`, `architecture`, `engine`, `mpi` and `gpu` say more, or change what the system says.
 */
export function readForm(search: URLSearchParams, machines: Schemas['Machines']): BuildForm {
  const push = search.get('push');
  return {
    ...emptyForm,
    ...readMachine(search, machines),
    workflow: search.get('workflow') ?? '',
    step: search.get('step') ?? '',
    version: search.get('version') || emptyForm.version,
    force: search.get('force') === 'true',
    push: push === 'yes' || push === 'no' ? push : 'default',
  };
}

function readMachine(search: URLSearchParams, machines: Schemas['Machines']): Partial<BuildForm> {
  const machine = search.get('machine') ?? '';
  const system = findSystem(machines, machine);
  const names = machineFields.filter((name) => search.has(name));
  const said = Object.fromEntries(names.map((name) => [name, search.get(name) ?? '']));
  if (search.has('engine')) said['engine'] = toEngine(search.get('engine') ?? '');
  if (system !== undefined) return { system: system.name, ...fieldsOfSystem(system), ...said };
  const architecture = said['architecture'] ?? machine;
  const known = findMicroarchitecture(machines, architecture);
  return { ...(known !== undefined && { platform: known.platform }), ...said, architecture };
}

/** The address that gives this form again; what goes without saying is left out. */
export function writeForm(form: BuildForm, machines: Schemas['Machines']): URLSearchParams {
  const system = findSystem(machines, form.system);
  const search = new URLSearchParams();
  const put = (name: string, value: string, usual = '') => {
    if (value !== usual) search.set(name, value);
  };
  if (system === undefined) {
    put('machine', form.architecture);
    const usual = findMicroarchitecture(machines, form.architecture)?.platform ?? emptyForm.platform;
    put('platform', form.platform, usual);
    for (const field of ['engine', 'mpi', 'gpu'] as const) put(field, form[field], emptyForm[field]);
  } else {
    put('machine', system.name);
    for (const field of machineFields) {
      if (changedFields(form, system).includes(field)) search.set(field, form[field]);
    }
  }
  put('workflow', form.workflow);
  put('step', form.step);
  put('version', form.version, emptyForm.version);
  put('force', String(form.force), 'false');
  put('push', form.push, 'default');
  return search;
}

/** The form for what an earlier build was asked for with. */
export function toForm(
  { machine, workflow, step_id: step, version, force, push }: Schemas['SpelledOutRequest'],
  machines: Schemas['Machines'],
): BuildForm {
  const { name = '', platform, architecture, container_engine: engine, mpi, gpu } = machine;
  return {
    system: findSystem(machines, name)?.name ?? '',
    platform,
    architecture,
    engine: toEngine(engine),
    mpi,
    gpu,
    workflow,
    step,
    version,
    force,
    push: push === undefined ? 'default' : push ? 'yes' : 'no',
  };
}
