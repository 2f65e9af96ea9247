import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';

type Props = {
  readonly icon: IconName;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ReactNode;
};

/** In the place of a list that has nothing. */
export function EmptyState({ icon, title, children }: Props) {
  return (
    <Stack align="center" gap={6} py="lg" px="md" ta="center">
      <Text c="dimmed" fz="2rem" lh={1}>
        <Icon name={icon} />
      </Text>
      <Text fw={600}>{title}</Text>
      {children !== undefined && (
        <Text component="div" c="dimmed" maw="32rem">
          {children}
        </Text>
      )}
    </Stack>
  );
}
