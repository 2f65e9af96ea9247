import { Anchor, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { isAppError } from '../../../src/errors/app-error.ts';
import { buildQuery } from '../api/build.ts';
import { EmptyState } from '../shared/empty-state.tsx';
import { ErrorState } from '../shared/error-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';
import { BuildView } from './build-view.tsx';
import { useBuildLog } from './use-build-log.ts';

export function BuildPage() {
  const { id = '' } = useParams();
  // Another build is another page: nothing of its log or its dialogs stays.
  return <OneBuild key={id} id={id} />;
}

function OneBuild({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(buildQuery(id));
  // Both are asked for at once: a log is long on its way.
  const log = useBuildLog(id);
  // What was here may have been deleted since, or left to the others who asked for it.
  const isGone = isMissing(error);
  if (data !== undefined && !isGone)
    return <BuildView build={data} log={log} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <PageTitle>Build</PageTitle>
      {error === null && <BuildSkeleton />}
      {isGone && <NoBuild wasHere={data !== undefined} />}
      {error !== null && !isGone && <ErrorState error={error} onRetry={() => void refetch()} />}
    </>
  );
}

/** An id that is none is not there either. */
function isMissing(error: unknown): boolean {
  return isAppError(error, 'BUILD_NOT_FOUND', 'API_MALFORMED');
}

function NoBuild({ wasHere }: { readonly wasHere: boolean }) {
  return (
    <EmptyState
      icon="search"
      title={wasHere ? 'This build is no longer yours' : 'You have no build at this address'}
    >
      {wasHere
        ? 'It was deleted, or you have cancelled it while others want it: for them it goes on.'
        : 'It was deleted, or it is somebody else’s.'}{' '}
      <Anchor component={Link} to="/builds" underline="always">
        See your builds
      </Anchor>
      .
    </EmptyState>
  );
}

function BuildSkeleton() {
  return (
    <Stack gap="md" role="status" aria-label="Loading" className="appears-late">
      <Skeleton height={64} />
      <Skeleton height={480} />
    </Stack>
  );
}
