import { Center, Group, Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { Brand } from '../app/brand.tsx';
import { ColorSchemeToggle } from '../app/color-scheme-toggle.tsx';
import { PageTitle } from '../shared/page-title.tsx';

/** What the pages before the shell look like. */
export function Entrance({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw="26rem">
        <Group justify="space-between" mb="lg">
          <Brand />
          <ColorSchemeToggle />
        </Group>
        <PageTitle>{title}</PageTitle>
        {children}
      </Paper>
    </Center>
  );
}
