import { Grid, Stack, VisuallyHidden } from '@mantine/core';
import { useRef } from 'react';
import type { Schemas } from '../api/client.ts';
import { ErrorState } from '../shared/error-state.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { type BuildForm, toRequest } from './form.ts';
import { MachineFields } from './machine-fields.tsx';
import { findSystem } from './machines.ts';
import { OptionFields } from './option-fields.tsx';
import { PlanPreview } from './plan-preview.tsx';
import { Preview } from './preview.tsx';
import { useBuildForm } from './use-build-form.ts';
import { type Checked, useNotes } from './use-notes.ts';
import { useShownNotes } from './use-shown-notes.ts';
import { useSubmission } from './use-submission.ts';
import { WorkflowFields } from './workflow-fields.tsx';

type Props = {
  readonly machines: Schemas['Machines'];
  /** In place of what the address says. */
  readonly initial?: BuildForm | undefined;
};

export function BuildFormView({ machines, initial }: Props) {
  const control = useBuildForm(machines, initial);
  const { form } = control;
  const request = toRequest(form, findSystem(machines, form.system));
  const checked = useNotes(form, request);
  const { build, plan, planned, error } = useSubmission();
  const element = useRef<HTMLFormElement>(null);
  const { describe, showAll } = useShownNotes(form, checked.notes, element);
  const ask = (go: () => void) => {
    showAll();
    if (checked.mayBeAskedFor) go();
  };
  return (
    <form
      ref={element}
      aria-label="New build"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        ask(() => build.mutate(request));
      }}
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
          <Stack gap="md">
            <MachineFields {...control} machines={machines} describe={describe} />
            <WorkflowFields {...control} registry={checked.registry} describe={describe} />
            <OptionFields {...control} pushes={checked.validation?.push ?? undefined} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }}>
          <Preview
            validation={checked.validation}
            problem={checked.notes.form?.text}
            isAsking={build.isPending}
            isPlanning={plan.isPending}
            onPlan={() => ask(() => plan.mutate(request))}
          />
        </Grid.Col>
      </Grid>
      <Announcement checked={checked} />
      {error !== null && <ErrorState error={error} />}
      {error === null && checked.error !== null && (
        <ErrorState error={checked.error} onRetry={checked.retry} />
      )}
      {planned !== undefined && (
        <PlanPreview
          key={planned.id}
          id={planned.id}
          isOutdated={JSON.stringify(planned.request) !== JSON.stringify(request)}
        />
      )}
      <Elsewhere request={request} hasSif={form.engine !== 'docker'} />
    </form>
  );
}

/** For screen readers: what has become of the form as a whole; each field says its own. */
function Announcement({ checked: { notes, validation } }: { readonly checked: Checked }) {
  const faults = Object.values(notes).filter(({ severity }) => severity === 'error').length;
  const built = validation?.existing ? 'Built already.' : '';
  return (
    <VisuallyHidden role="status">
      {faults === 0 ? `The form is complete. ${built}` : `Fields to complete or to correct: ${faults}.`}
    </VisuallyHidden>
  );
}
