import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  readonly children: string;
  /** What stands at its end: buttons. */
  readonly actions?: ReactNode;
};

/** The heading of a page, which is the title of its tab too. */
export function PageTitle({ children, actions }: Props) {
  return (
    <Group justify="space-between" align="center" mb="md" mih="2.5rem">
      <title>{`${children} · CIC`}</title>
      <Title order={1}>{children}</Title>
      {actions}
    </Group>
  );
}
