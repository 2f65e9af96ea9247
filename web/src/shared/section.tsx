import { Group, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

type Props = {
  readonly title: string;
  /** What it is for, in a sentence. */
  readonly about?: ReactNode;
  /** What stands at the end of its heading: buttons. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** A part of a page with its heading. */
export function Section({ title, about, actions, children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Group justify="space-between" align="center" mb="xs" mih="2.25rem">
        <Title order={2} id={id}>
          {title}
        </Title>
        {actions}
      </Group>
      <Paper withBorder p={{ base: 'sm', sm: 'md' }} mb="lg">
        {about !== undefined && (
          <Text c="dimmed" size="sm" mb="sm" maw="44rem">
            {about}
          </Text>
        )}
        {children}
      </Paper>
    </section>
  );
}
