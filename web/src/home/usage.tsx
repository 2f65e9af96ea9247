import { Paper, Progress, SimpleGrid, Text } from '@mantine/core';
import type { Account } from '../api/client.ts';
import { formatBytes } from '../shared/format.ts';

/** Queue and storage at a glance: what one has of what one may have. */
export function Usage({ account: { usage, limits } }: { readonly account: Account }) {
  return (
    <SimpleGrid cols={3} spacing={{ base: 'xs', sm: 'md' }} mb="lg">
      <Figure label="Running" value={usage.running} limit={limits.running} />
      <Figure label="Waiting" value={usage.queued} limit={limits.queued} />
      <Figure label="SIF files" value={usage.stored_bytes} limit={limits.stored_bytes} format={formatBytes} />
    </SimpleGrid>
  );
}

type Props = {
  readonly label: string;
  readonly value: number;
  /** Absent where there is none. */
  readonly limit: number | undefined;
  readonly format?: (value: number) => string;
};

/** From here on it is time to make room. */
const nearPercent = 85;

function Figure({ label, value, limit, format = String }: Props) {
  const percent = limit ? Math.min(100, (value / limit) * 100) : 0;
  return (
    <Paper withBorder px={{ base: 'xs', sm: 'md' }} py="sm">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={{ base: '1.15rem', sm: '1.5rem' }} fw={650} lh={1.3}>
        {format(value)}{' '}
        <Text span c="dimmed" size="sm" fw={400} style={{ whiteSpace: 'nowrap' }}>
          {limit === undefined ? 'no limit' : `of ${format(limit)}`}
        </Text>
      </Text>
      {limit !== undefined && (
        <Progress
          value={percent}
          color={percent >= nearPercent ? 'orange' : 'blue'}
          size="sm"
          mt={6}
          aria-label={`${label}: ${Math.round(percent)} % of what you may have`}
        />
      )}
    </Paper>
  );
}
