import { Button, Paper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { buildsQuery } from '../api/builds.ts';
import { isAdmin, useSession } from '../app/session.ts';
import { BuildsTable } from '../shared/builds-table.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { ErrorState } from '../shared/error-state.tsx';
import { Icon } from '../shared/icons.tsx';
import { PageTitle } from '../shared/page-title.tsx';
import { Paging } from '../shared/paging.tsx';
import { TableSkeleton } from '../shared/table-skeleton.tsx';
import { useSearch } from '../shared/use-search.ts';
import { BuildsFilters } from './builds-filters.tsx';
import { type BuildFilters, hasFilters, readFilters, toBuildsQuery, writeFilters } from './filters.ts';

const pageRows = 50;

/** Filters and the place in the list are in the address: it can be kept, sent, and gone back to. */
export function BuildsPage() {
  const admin = isAdmin(useSession());
  const [search, changeSearch] = useSearch();
  const filters = readFilters(search);
  const cursor = search.get('cursor') ?? undefined;
  const query = { ...toBuildsQuery(filters), limit: pageRows, ...(cursor !== undefined && { cursor }) };
  const { data, error, isPlaceholderData, refetch } = useQuery(buildsQuery(query));
  /** What is chosen can be gone back from; of what is typed each letter would be a step. */
  const change = (changed: Partial<BuildFilters>, isTyped: boolean) =>
    changeSearch(writeFilters({ ...filters, ...changed }), { replace: isTyped });
  return (
    <>
      <PageTitle
        actions={
          <Button component={Link} to="/new" leftSection={<Icon name="plus" />}>
            New build
          </Button>
        }
      >
        Builds
      </PageTitle>
      <BuildsFilters
        filters={filters}
        onChange={change}
        onReset={() => changeSearch(new URLSearchParams())}
        isAdmin={admin}
      />
      <Paper withBorder p="sm">
        {data === undefined && error === null && <TableSkeleton rows={8} />}
        {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
        {data?.items.length === 0 && <NoBuilds isFiltered={hasFilters(filters) || cursor !== undefined} />}
        {data !== undefined && data.items.length > 0 && (
          <BuildsTable
            caption="Builds, newest first"
            builds={data.items}
            showsOwners={filters.user !== ''}
            isOutdated={isPlaceholderData}
          />
        )}
      </Paper>
      <Paging search={search} next={data?.next ?? null} isLoading={isPlaceholderData} />
    </>
  );
}

function NoBuilds({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState icon="search" title="No build is like that">
        Take a filter away, or look for less.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="list" title="You have no builds yet">
      What you ask for is listed here, with its log and its image.
    </EmptyState>
  );
}
