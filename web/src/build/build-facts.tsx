import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Build } from '../api/client.ts';
import { Duration } from '../shared/duration.tsx';
import { StatusBadge } from '../shared/status-badge.tsx';
import { TimeAgo } from '../shared/time-ago.tsx';
import classes from './build-facts.module.css';

/** What it is, for which machine, since when. */
export function BuildFacts({ build }: { readonly build: Build }) {
  return (
    <Group component="dl" className={classes['facts']}>
      <Fact name="Status">
        <StatusBadge build={build} />
      </Fact>
      {build.kind === 'plan' && <Fact name="Kind">dry run</Fact>}
      <Fact name="Machine">{build.machine}</Fact>
      <Fact name="Version">{build.version}</Fact>
      <Fact name="Asked by">{build.owners.join(', ') || '–'}</Fact>
      <Fact name="Asked">
        <TimeAgo at={build.created_at} />
      </Fact>
      <Fact name="Took">
        <Duration from={build.started_at} to={build.finished_at} />
      </Fact>
      {build.attempt > 1 && <Fact name="Attempt">{build.attempt}, the service was interrupted</Fact>}
    </Group>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" className={classes['value']}>
        {children}
      </Text>
    </div>
  );
}
