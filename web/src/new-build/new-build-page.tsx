import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useSearchParams } from 'react-router';
import { machinesQuery } from '../api/catalog.ts';
import { buildRequestQuery } from '../api/requests.ts';
import { ErrorState } from '../shared/error-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';
import { toForm } from './address.ts';
import { BuildFormView } from './build-form-view.tsx';

/** `?from=…` begins with what that build was asked for with; see `address.ts` for the rest. */
export function NewBuildPage() {
  const [search] = useSearchParams();
  const machines = useQuery(machinesQuery);
  // The address is that of the form as soon as there is one: where it began is remembered here.
  const [from] = useState(search.get('from'));
  const earlier = useQuery({ ...buildRequestQuery(from ?? ''), enabled: from !== null });
  const isReady = machines.data !== undefined && (from === null || earlier.data !== undefined);
  // The form is large: made between other things, it lets the browser paint and listen meanwhile.
  const mayBeMade = useDeferredValue(isReady, false);
  return (
    <>
      <PageTitle>New build</PageTitle>
      {machines.error !== null && (
        <ErrorState error={machines.error} onRetry={() => void machines.refetch()} />
      )}
      {earlier.error !== null && <ErrorState error={earlier.error} onRetry={() => void earlier.refetch()} />}
      {!(isReady && mayBeMade) && machines.error === null && earlier.error === null && <FormSkeleton />}
      {isReady && mayBeMade && (
        <BuildFormView
          machines={machines.data}
          initial={earlier.data && toForm(earlier.data, machines.data)}
        />
      )}
    </>
  );
}

function FormSkeleton() {
  return (
    <Stack role="status" aria-label="Loading">
      <Skeleton height={190} />
      <Skeleton height={400} />
    </Stack>
  );
}
