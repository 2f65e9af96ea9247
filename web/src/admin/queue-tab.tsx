import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { activeBuildsQuery } from '../api/builds.ts';
import { BuildsTable } from '../shared/builds-table.tsx';
import { CancelBuild } from '../shared/cancel-build.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { everybody } from '../shared/everybody.ts';
import { Loaded } from '../shared/loaded.tsx';
import { Section } from '../shared/section.tsx';
import { SiteFigures } from '../shared/site-figures.tsx';

/** Of each state. */
const shownBuilds = 100;
const allOfThem = new URLSearchParams({ status: 'active', user: everybody });

export function QueueTab() {
  const builds = useQuery(activeBuildsQuery({ owner: 'all', limit: shownBuilds }));
  return (
    <>
      <SiteFigures />
      <Section title="Running and waiting, of all users">
        <Loaded query={builds} rows={4}>
          {({ items, hasMore }) =>
            items.length === 0 ? (
              <EmptyState icon="clock" title="Nothing runs, and nothing waits" />
            ) : (
              <>
                <BuildsTable
                  caption="Builds in the queue"
                  builds={items}
                  showsOwners
                  action={{ title: 'Cancel', of: (build) => <CancelBuild build={build} /> }}
                />
                {hasMore && (
                  <Anchor component={Link} to={`/builds?${allOfThem}`} underline="always">
                    There are more: see all of them
                  </Anchor>
                )}
              </>
            )
          }
        </Loaded>
      </Section>
    </>
  );
}
