import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

type Props = {
  readonly children: string;
  /** Which of its tabs is shown. */
  readonly tab?: string;
  /** What stands at its end: buttons. */
  readonly actions?: ReactNode;
};

/** The heading of a page, which is the title of the document too. */
export function PageTitle({ children, tab, actions }: Props) {
  useEffect(() => {
    document.title = [tab, children, 'CIC'].filter(Boolean).join(' · ');
  }, [children, tab]);
  return (
    <Group justify="space-between" align="center" mb="md" mih="2.5rem">
      <Title order={1}>{children}</Title>
      {actions}
    </Group>
  );
}
