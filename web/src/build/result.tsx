import { Anchor, Group, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import type { BuildDetails } from '../api/client.ts';
import { CopyField } from '../shared/copy-field.tsx';
import { DownloadLink } from '../shared/download-link.tsx';
import { formatBytes } from '../shared/format.ts';

type Props = { readonly build: BuildDetails; readonly image: string };

/** What came out: the image, and its SIF to take away, as long as they are there. */
export function Result({ build: { image_id: imageId, sif }, image }: Props) {
  return (
    <Paper component="section" withBorder p="md" aria-label="Result">
      <Group justify="space-between" mb="sm">
        <Title order={2}>Image</Title>
        {imageId !== null && (
          <Group gap="md">
            <Anchor component={Link} to={`/images/${imageId}`} underline="always">
              How to get and run it
            </Anchor>
            {sif !== null && (
              <DownloadLink
                filename={sif.filename}
              >{`Download the SIF · ${formatBytes(sif.size_bytes)}`}</DownloadLink>
            )}
          </Group>
        )}
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm">
        <CopyField label="Name" text={image} />
        {sif !== null && <CopyField label="SIF file" text={sif.filename} />}
        {sif !== null && <CopyField label="SHA-256 of the file" text={sif.sha256} />}
      </SimpleGrid>
      {imageId === null && (
        <Text mt="sm">
          It is no longer here: it was removed, or a later build has its name. Build again to have it once
          more.
        </Text>
      )}
    </Paper>
  );
}
