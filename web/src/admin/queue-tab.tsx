import { useQuery } from '@tanstack/react-query';
import { activeStates, buildsQuery } from '../api/builds.ts';
import { BuildsTable } from '../shared/builds-table.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { Loaded } from '../shared/loaded.tsx';
import { Section } from '../shared/section.tsx';
import { SiteFigures } from '../shared/site-figures.tsx';

/** More are on the page of builds. */
const shownBuilds = 100;

export function QueueTab() {
  const builds = useQuery(buildsQuery({ owner: 'all', state: activeStates, limit: shownBuilds }));
  return (
    <>
      <SiteFigures />
      <Section title="Running and waiting, of all users">
        <Loaded query={builds} rows={4}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon="clock" title="Nothing runs, and nothing waits" />
            ) : (
              <BuildsTable caption="Builds in the queue" builds={items} showsOwners />
            )
          }
        </Loaded>
      </Section>
    </>
  );
}
