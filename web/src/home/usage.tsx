import { SimpleGrid } from '@mantine/core';
import type { Account } from '../api/client.ts';
import { Figure } from '../shared/figure.tsx';
import { formatBytes } from '../shared/format.ts';

/** Queue and storage at a glance: what one has of what one may have. */
export function Usage({ account: { usage, limits } }: { readonly account: Account }) {
  return (
    <SimpleGrid cols={3} spacing={{ base: 'xs', sm: 'md' }} mb="lg">
      <Used label="Running" value={usage.running} limit={limits.running} />
      <Used label="Waiting" value={usage.queued} limit={limits.queued} />
      <Used label="SIF files" value={usage.stored_bytes} limit={limits.stored_bytes} format={formatBytes} />
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

function Used({ label, value, limit, format = String }: Props) {
  return (
    <Figure
      label={label}
      value={format(value)}
      of={limit === undefined ? 'no limit' : `of ${format(limit)}`}
      percent={limit === undefined ? undefined : Math.min(100, (value / Math.max(1, limit)) * 100)}
    />
  );
}
