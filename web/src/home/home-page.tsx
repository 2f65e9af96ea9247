import { Anchor } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { accountKey } from '../api/account.ts';
import { activeBuildsQuery, buildsKey, buildsQuery, finalStates } from '../api/builds.ts';
import { isAdmin, useSession } from '../app/session.ts';
import { EmptyState } from '../shared/empty-state.tsx';
import { useFavouriteMachines } from '../shared/favourite-machines.ts';
import { hasAnswer } from '../shared/has-answer.ts';
import { PageTitle } from '../shared/page-title.tsx';
import { TableSkeleton } from '../shared/table-skeleton.tsx';
import { BuildsSection } from './builds-section.tsx';
import { QuickBuilds } from './quick-builds.tsx';
import { quickMachines } from './quick-machines.ts';
import { SiteUsage } from './site-usage.tsx';
import { Usage } from './usage.tsx';

/** Of each state. */
const shownActive = 10;
const shownEnded = 8;

export function HomePage() {
  const account = useSession();
  const { favourites } = useFavouriteMachines();
  const active = useQuery(activeBuildsQuery({ limit: shownActive }));
  const ended = useQuery(buildsQuery({ state: finalStates, limit: 50 }));
  useFreshFigures(active.data?.items.map(({ id, state }) => `${id} ${state}`).join());
  const known = [...(active.data?.items ?? []), ...(ended.data?.items ?? [])];
  return (
    <>
      <PageTitle actions={<QuickBuilds machines={quickMachines(favourites, known, 3)} />}>Home</PageTitle>
      <Usage account={account} />
      {isAdmin(account) && <SiteUsage />}
      {[active, ended].every(hasAnswer) ? (
        <>
          <BuildsSection
            title="Running and waiting"
            builds={active.data?.items}
            error={active.error}
            onRetry={() => void active.refetch()}
            empty={<EmptyState icon="clock" title="Nothing runs, and nothing waits" />}
            more={active.data?.hasMore ? '/builds?status=active' : undefined}
          />
          <BuildsSection
            title="Last builds"
            builds={ended.data?.items.slice(0, shownEnded)}
            error={ended.error}
            onRetry={() => void ended.refetch()}
            empty={
              <EmptyState icon="box" title="You have no builds yet">
                <Anchor component={Link} to="/new" underline="always">
                  Ask for the first one
                </Anchor>
                : name a workflow step and a machine, and get an image that runs fast there.
              </EmptyState>
            }
          />
        </>
      ) : (
        <TableSkeleton rows={shownEnded} />
      )}
    </>
  );
}

/** What has begun or ended changes the other figures of this page too. */
function useFreshFigures(active: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (active === undefined) return;
    void client.invalidateQueries({ queryKey: accountKey });
    void client.invalidateQueries({
      queryKey: buildsKey,
      predicate: ({ state }) => Date.now() - state.dataUpdatedAt > 1_000,
    });
  }, [active, client]);
}
