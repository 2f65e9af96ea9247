import { Fieldset, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { workflowVersionsQuery } from '../api/catalog.ts';
import { ErrorState } from '../shared/error-state.tsx';
import type { DescribeField } from './field-props.tsx';
import { SuggestField } from './suggest-field.tsx';
import type { FormControl } from './use-build-form.ts';
import type { Registry } from './use-notes.ts';
import { chooseStep, offerSteps, offerVersions, offerWorkflows } from './workflows.ts';

type Props = Pick<FormControl, 'form' | 'change'> & {
  readonly registry: Registry;
  readonly describe: DescribeField;
};

/** Workflow, step and version: what the registry has is offered, and whatever else is typed is taken. */
export function WorkflowFields({ form, change, registry, describe }: Props) {
  const workflows = registry.listing?.items ?? [];
  return (
    <Fieldset legend={<Text fw={650}>Workflow step</Text>}>
      <Stack gap="sm">
        {registry.error !== null && <ErrorState error={registry.error} onRetry={registry.retry} />}
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="md" verticalSpacing="sm">
          <SuggestField
            field={describe('workflow', countHint(registry, workflows.length))}
            label="Workflow"
            data={offerWorkflows(workflows)}
            value={form.workflow}
            onChange={(workflow) => change({ workflow, step: chooseStep(workflow, form.step, workflows) })}
          />
          <SuggestField
            field={describe(
              'step',
              form.workflow === '' ? 'Choose the workflow first' : 'A folder of the workflow',
            )}
            label="Step"
            data={offerSteps(form.workflow, workflows)}
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

function VersionField({ form, change, registry, describe }: Props) {
  const { data } = useQuery(workflowVersionsQuery);
  const commit = registry.listing?.commit;
  const hint = commit ? `Commit ${commit.slice(0, 10)}` : 'Branch, tag or commit of the registry';
  return (
    <SuggestField
      field={describe('version', hint)}
      label="Version"
      data={offerVersions(data ?? { branches: [], tags: [] })}
      value={form.version}
      onChange={(version) => change({ version })}
    />
  );
}
