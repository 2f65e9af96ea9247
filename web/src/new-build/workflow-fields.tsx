import { Fieldset, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { workflowVersionsQuery } from '../api/catalog.ts';
import type { Schemas } from '../api/client.ts';
import { ErrorState } from '../shared/error-state.tsx';
import type { DescribeField } from './field-props.tsx';
import { SuggestField } from './suggest-field.tsx';
import type { FormControl } from './use-build-form.ts';
import type { Registry } from './use-notes.ts';

type Props = Pick<FormControl, 'form' | 'change'> & {
  readonly registry: Registry;
  readonly describe: DescribeField;
};

/** The workflow and the step of this name are the site's base image alone. */
const base = 'BASE';

/** Workflow, step and version: what the registry has is offered, and whatever else is typed is taken. */
export function WorkflowFields({ form, change, registry, describe }: Props) {
  const workflows = registry.listing?.items ?? [];
  const steps = workflows.find(({ name }) => name === form.workflow.trim())?.steps ?? [];
  return (
    <Fieldset legend={<Text fw={650}>Workflow step</Text>}>
      <Stack gap="sm">
        {registry.error !== null && <ErrorState error={registry.error} />}
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="md" verticalSpacing="sm">
          <SuggestField
            field={describe('workflow', countHint(registry, workflows.length))}
            label="Workflow"
            data={[
              { group: 'Workflows', items: workflows.map(({ name }) => name) },
              { group: 'The base image alone', items: [base] },
            ]}
            value={form.workflow}
            onChange={(workflow) => change({ workflow, ...chooseStep(workflow, form.step, workflows) })}
          />
          <SuggestField
            field={describe(
              'step',
              form.workflow === '' ? 'Choose the workflow first' : 'A folder of the workflow',
            )}
            label="Step"
            data={form.workflow === base ? [base] : [...steps]}
            value={form.step}
            onChange={(step) => change({ step })}
          />
          <VersionField form={form} change={change} registry={registry} describe={describe} />
        </SimpleGrid>
      </Stack>
    </Fieldset>
  );
}

function countHint({ isLoading, listing }: Registry, count: number): string {
  if (isLoading) return 'Looking into the registry…';
  if (listing === undefined) return 'A folder of the registry';
  return `${count} in the registry at ${listing.version}`;
}

/** A workflow of one step needs no choice. */
function chooseStep(workflow: string, step: string, workflows: readonly Schemas['Workflow'][]) {
  if (workflow === base) return { step: base };
  const steps = workflows.find(({ name }) => name === workflow)?.steps;
  if (steps?.length === 1) return { step: steps[0] ?? '' };
  return step === base || (steps !== undefined && !steps.includes(step)) ? { step: '' } : {};
}

function VersionField({ form, change, registry, describe }: Props) {
  const { data } = useQuery(workflowVersionsQuery);
  const { branches = [], tags = [] } = data ?? {};
  const commit = registry.listing?.commit;
  const hint = commit ? `Commit ${commit.slice(0, 10)}` : 'Branch, tag or commit of the registry';
  return (
    <SuggestField
      field={describe('version', hint)}
      label="Version"
      data={[
        { group: 'Default branch', items: ['latest'] },
        { group: 'Branches', items: [...branches] },
        { group: 'Tags', items: [...tags] },
      ].filter(({ items }) => items.length > 0)}
      value={form.version}
      onChange={(version) => change({ version })}
    />
  );
}
