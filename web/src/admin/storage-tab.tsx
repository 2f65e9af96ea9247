import { Button, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { retentionQuery } from '../api/admin.ts';
import type { Schemas } from '../api/client.ts';
import { CardTable, mainCell } from '../shared/card-table.tsx';
import { EmptyState } from '../shared/empty-state.tsx';
import { formatBytes } from '../shared/format.ts';
import { Loaded } from '../shared/loaded.tsx';
import { Section } from '../shared/section.tsx';
import { SiteFigures } from '../shared/site-figures.tsx';
import { removalNames } from './removal-kinds.ts';

type Plan = Schemas['RetentionPlan'];

export function StorageTab() {
  const plan = useQuery(retentionQuery);
  return (
    <>
      <SiteFigures />
      <Section
        title="What retention would remove now"
        about="The service removes it within the hour, by service.retention of its settings; nothing is removed by looking."
        actions={
          <Button variant="default" loading={plan.isFetching} onClick={() => void plan.refetch()}>
            Look again
          </Button>
        }
      >
        <Loaded query={plan} rows={4}>
          {(data) => <RetentionPlan plan={data} />}
        </Loaded>
      </Section>
    </>
  );
}

function RetentionPlan({ plan: { busy, totals, items } }: { readonly plan: Plan }) {
  if (busy) return <EmptyState icon="hourglass" title="It is removing right now: look again in a moment" />;
  if (items.length === 0) return <EmptyState icon="check" title="Nothing would be removed" />;
  const count = totals.reduce((sum, total) => sum + total.count, 0);
  return (
    <>
      <Totals totals={totals} />
      <Text size="sm" c="dimmed" mt="md" mb="xs">
        {count > items.length ? `The largest ${items.length} of ${count}` : 'Each of them'}
      </Text>
      <CardTable
        caption="What would be removed, the largest first"
        columns={[{ title: 'Name' }, { title: 'Kind', width: '11rem' }, { title: 'Size', width: '7rem' }]}
      >
        {items.map(({ kind, name, size_bytes: sizeBytes }) => (
          <Table.Tr key={`${kind} ${name}`}>
            <Table.Td className={mainCell} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Table.Td>
            <Table.Td>{removalNames[kind]}</Table.Td>
            <Table.Td>{formatBytes(sizeBytes)}</Table.Td>
          </Table.Tr>
        ))}
      </CardTable>
    </>
  );
}

function Totals({ totals }: Pick<Plan, 'totals'>) {
  return (
    <CardTable
      caption="Sums by kind"
      columns={[{ title: 'Kind' }, { title: 'Number', width: '11rem' }, { title: 'Bytes', width: '7rem' }]}
    >
      {totals
        .filter(({ count }) => count > 0)
        .map(({ kind, count, size_bytes: sizeBytes }) => (
          <Table.Tr key={kind}>
            <Table.Td className={mainCell}>{removalNames[kind]}</Table.Td>
            <Table.Td>{count}</Table.Td>
            <Table.Td>{formatBytes(sizeBytes)}</Table.Td>
          </Table.Tr>
        ))}
    </CardTable>
  );
}
