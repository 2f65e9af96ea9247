import { Paper, Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  readonly label: string;
  readonly value: ReactNode;
  /** Beside the value: of how much. */
  readonly of?: ReactNode;
  /** 0 to 100; absent: no bar. */
  readonly percent?: number | undefined;
};

/** From here on it is time to make room. */
const nearPercent = 85;

/** One number at a glance. */
export function Figure({ label, value, of, percent }: Props) {
  return (
    <Paper withBorder px={{ base: 'xs', sm: 'md' }} py="sm">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="div" fz={{ base: '1.15rem', sm: '1.5rem' }} fw={650} lh={1.3}>
        {value}{' '}
        <Text span c="dimmed" size="sm" fw={400} style={{ whiteSpace: 'nowrap' }}>
          {of}
        </Text>
      </Text>
      {percent !== undefined && (
        <Progress
          value={percent}
          color={percent >= nearPercent ? 'orange' : 'blue'}
          size="sm"
          mt={6}
          aria-label={`${label}: ${Math.round(percent)} % of what there may be`}
        />
      )}
    </Paper>
  );
}
