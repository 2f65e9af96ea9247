import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

type Props = {
  readonly children: string;
  /** What stands at its end: buttons. */
  readonly actions?: ReactNode;
};

/** The heading of a page, which is the title of its tab too. */
export function PageTitle({ children, actions }: Props) {
  useEffect(() => {
    document.title = `${children} · CIC`;
  }, [children]);
  return (
    <Group justify="space-between" align="center" mb="md" mih="2.5rem">
      <Title order={1}>{children}</Title>
      {actions}
    </Group>
  );
}
