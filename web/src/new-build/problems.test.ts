import { expect, test } from 'vitest';
import { emptyForm } from './form.ts';
import {
  dropOutdated,
  hasErrors,
  mergeNotes,
  notesOfMissing,
  notesOfRegistry,
  notesOfService,
} from './problems.ts';

const error = { severity: 'error', message: 'is wrong', hint: 'do better' } as const;
const warning = { severity: 'warning', message: 'looks odd' } as const;

test('a problem stands beside its field, an error before a warning', () => {
  const notes = notesOfService([
    { ...warning, field: 'machine.gpu' },
    { ...error, field: 'machine.gpu' },
    { ...error, field: 'machine' },
    { ...warning, field: 'step_id' },
  ]);
  expect(notes).toEqual({
    gpu: { severity: 'error', text: 'is wrong (do better)' },
    system: { severity: 'error', text: 'is wrong (do better)' },
    step: { severity: 'warning', text: 'looks odd' },
  });
});

test.each([
  ['`cic machines` lists the known names', 'is wrong'],
  ['did you mean "rome"? `cic machines` lists all names', 'is wrong (did you mean "rome"?)'],
])('a command is for terminals: %s', (hint, text) => {
  const notes = notesOfService([{ ...error, hint, field: 'machine.architecture' }]);
  expect(notes.architecture?.text).toBe(text);
});

test('a problem that has no field is of the form', () => {
  expect(notesOfService([error]).form?.text).toBe('is wrong (do better)');
});

test('of what was changed since it was asked about nothing is said', () => {
  const request = (architecture: string, step_id: string) => ({
    machine: { platform: 'linux/amd64', architecture, container_engine: 'docker' },
    workflow: 'w',
    step_id,
    version: 'latest',
    force: false,
  });
  const notes = notesOfService(
    ['machine.architecture', 'machine.platform', 'step_id', 'version'].map((field) => ({ ...error, field })),
  );
  const left = dropOutdated(notes, request('rme', ''), request('rome', 's'));
  expect(Object.keys(left)).toEqual(['platform', 'version']);
  const named = { ...request('', 's'), machine: 'lumi' };
  const system = notesOfService([{ ...error, field: 'machine' }]);
  expect(dropOutdated(system, named, { ...named, machine: 'lumi-g' })).toEqual({});
  expect(dropOutdated(system, named, named)).toEqual(system);
});

test('what must be filled in says so, in place of what the service says of it', () => {
  const missing = notesOfMissing({ ...emptyForm, workflow: 'w' });
  expect(Object.keys(missing)).toEqual(['architecture', 'step']);
  const notes = mergeNotes(missing, notesOfService([{ ...error, field: 'step_id' }]));
  expect(notes.step?.text).toBe('Which step of it?');
});

const workflows = [{ name: 'minimal_workflow', steps: ['wordcount'] }];
const at = (workflow: string, step: string) => notesOfRegistry({ workflow, step, version: 'v1' }, workflows);

test('a name that the registry has not is told with the nearest one, and forbids nothing', () => {
  const notes = at('minimal_workflw', 'wordcount');
  expect(notes.workflow?.text).toContain('did you mean "minimal_workflow"?');
  expect(at('minimal_workflow', 'wordcont').step?.text).toContain('did you mean "wordcount"?');
  expect(hasErrors(notes)).toBe(false);
});

test('what the registry has, the base image and what is empty are right', () => {
  for (const [workflow, step] of [
    ['minimal_workflow', 'wordcount'],
    ['minimal_workflow', ''],
    ['BASE', 'BASE'],
    ['', ''],
  ]) {
    expect(at(workflow ?? '', step ?? '')).toEqual({});
  }
});
