import { Table, Text } from '@mantine/core';
import type { Build } from '../api/client.ts';
import { BuildLink } from './build-link.tsx';
import classes from './builds-table.module.css';
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
};

/** Builds with their live status; on a phone each is a card of two columns. */
export function BuildsTable({ caption, builds, showsOwners = false, isOutdated = false }: Props) {
  return (
    <Table className={classes['table']} verticalSpacing="xs" highlightOnHover aria-busy={isOutdated}>
      <Table.Caption className={classes['caption']}>{caption}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="9.5rem">Status</Table.Th>
          <Table.Th>Step</Table.Th>
          <Table.Th>Machine</Table.Th>
          {showsOwners && <Table.Th>Asked by</Table.Th>}
          <Table.Th w="9rem">Asked</Table.Th>
          <Table.Th w="7rem">Took</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {builds.map((build) => (
          <BuildRow key={build.id} build={build} showsOwners={showsOwners} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function BuildRow({ build, showsOwners }: { readonly build: Build; readonly showsOwners: boolean }) {
  return (
    <Table.Tr>
      <Table.Td>
        <StatusBadge build={build} />
      </Table.Td>
      <Table.Td className={classes['main']}>
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
    </Table.Tr>
  );
}
