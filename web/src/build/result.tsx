import { Button, Group, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { buildAddresses } from '../api/build.ts';
import type { Build } from '../api/client.ts';
import { CopyField } from '../shared/copy-field.tsx';
import { formatBytes } from '../shared/format.ts';
import { Icon } from '../shared/icons.tsx';

/** What came out: the image, and its SIF to take away. */
export function Result({ build: { state, image, sif } }: { readonly build: Build }) {
  if (state !== 'succeeded' || image === null) return null;
  return (
    <Paper component="section" withBorder p="md" mb="md" aria-label="Result">
      <Group justify="space-between" mb="sm">
        <Title order={2}>Image</Title>
        {sif !== null && (
          <Group gap="sm">
            <Text c="dimmed">{formatBytes(sif.size_bytes)}</Text>
            <Button
              component="a"
              href={buildAddresses.sif(sif.filename)}
              download={sif.filename}
              leftSection={<Icon name="download" />}
            >
              Download the SIF
            </Button>
          </Group>
        )}
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <CopyField label="Name" text={image} />
        {sif !== null && <CopyField label="SIF file" text={sif.filename} />}
        {sif !== null && <CopyField label="SHA-256 of the file" text={sif.sha256} />}
      </SimpleGrid>
    </Paper>
  );
}
