import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Build } from '../api/client.ts';
import { BuildLink } from './build-link.tsx';
import { CardTable, mainCell } from './card-table.tsx';
import { Duration } from './duration.tsx';
import { StatusBadge } from './status-badge.tsx';
import { TimeAgo } from './time-ago.tsx';

type Props = {
  /** For screen readers: what the table has. */
  readonly caption: string;
  readonly builds: readonly Build[];
  readonly showsOwners?: boolean;
  /** What is shown is older than what was asked for. */
  readonly isOutdated?: boolean;
  /** What can be done with each, in a column of its own. */
  readonly action?: { readonly title: string; readonly of: (build: Build) => ReactNode };
};

/** Builds with their live status; on a phone each is a card of two columns. */
export function BuildsTable({ caption, builds, showsOwners = false, isOutdated = false, action }: Props) {
  return (
    <CardTable
      caption={caption}
      isOutdated={isOutdated}
      columns={[
        { title: 'Status', width: '9.5rem' },
        { title: 'Step' },
        { title: 'Machine' },
        ...(showsOwners ? [{ title: 'Asked by' }] : []),
        { title: 'Asked', width: '9rem' },
        { title: 'Took', width: '7rem' },
        ...(action === undefined ? [] : [{ title: action.title, width: '4rem', isHidden: true }]),
      ]}
    >
      {builds.map((build) => (
        <BuildRow key={build.id} build={build} showsOwners={showsOwners} action={action?.of(build)} />
      ))}
    </CardTable>
  );
}

type RowProps = {
  readonly build: Build;
  readonly showsOwners: boolean;
  readonly action: ReactNode;
};

function BuildRow({ build, showsOwners, action }: RowProps) {
  return (
    <Table.Tr>
      <Table.Td>
        <StatusBadge build={build} />
      </Table.Td>
      <Table.Td className={mainCell}>
        <BuildLink build={build} />
        {build.failure !== null && (
          <Text size="sm" c="dimmed" lineClamp={1} title={build.failure.message}>
            {build.failure.message}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{build.machine}</Table.Td>
      {showsOwners && <Table.Td>{build.owners.join(', ') || '–'}</Table.Td>}
      <Table.Td>
        <TimeAgo at={build.created_at} />
      </Table.Td>
      <Table.Td>
        <Duration from={build.started_at} to={build.finished_at} />
      </Table.Td>
      {action !== undefined && <Table.Td>{action}</Table.Td>}
    </Table.Tr>
  );
}
