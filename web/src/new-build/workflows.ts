import type { Schemas } from '../api/client.ts';

/** The workflow and the step of this name are the site's base image alone. */
export const base = 'BASE';

type Workflows = readonly Schemas['Workflow'][];

/** Names under headings, none of them twice: a list can have each once. */
type Offer = { readonly group: string; readonly items: string[] };

export function offerWorkflows(workflows: Workflows): Offer[] {
  return keepFirst([
    { group: 'Workflows', items: workflows.map(({ name }) => name) },
    { group: 'The base image alone', items: [base] },
  ]);
}

/** Where a branch and a tag have one name, the branch is what is built. */
export function offerVersions({ branches, tags }: Schemas['WorkflowVersions']): Offer[] {
  return keepFirst([
    { group: 'Default branch', items: ['latest'] },
    { group: 'Branches', items: branches },
    { group: 'Tags', items: tags },
  ]);
}

export function offerSteps(workflow: string, workflows: Workflows): string[] {
  return workflow === base ? [base] : [...(findSteps(workflow, workflows) ?? [])];
}

/** What becomes of the step with another workflow: one of a single step needs no choice. */
export function chooseStep(workflow: string, step: string, workflows: Workflows): string {
  if (workflow === base) return base;
  const steps = findSteps(workflow, workflows);
  if (steps?.length === 1) return steps[0] ?? '';
  const isForeign = step === base || (steps !== undefined && !steps.includes(step));
  return isForeign ? '' : step;
}

function findSteps(workflow: string, workflows: Workflows): readonly string[] | undefined {
  return workflows.find(({ name }) => name === workflow.trim())?.steps;
}

function keepFirst(offers: readonly Offer[]): Offer[] {
  const seen = new Set<string>();
  const isNew = (name: string) => !seen.has(name) && seen.add(name);
  return offers
    .map(({ group, items }) => ({ group, items: items.filter(isNew) }))
    .filter(({ items }) => items.length > 0);
}
