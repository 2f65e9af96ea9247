import { Box, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { figuresQuery } from '../api/admin.ts';
import type { Schemas } from '../api/client.ts';
import { Figure } from './figure.tsx';
import { formatBytes } from './format.ts';
import { Loaded } from './loaded.tsx';
import { TimeAgo } from './time-ago.tsx';

/** As high as the figures are, so that nothing jumps when they come. */
const heldFree = { base: '12rem', md: '5.6rem' };

/** Queue and storage of the whole site, for administrators. */
export function SiteFigures() {
  const query = useQuery(figuresQuery);
  return (
    <Box mih={heldFree} mb="lg">
      <Loaded query={query} rows={1}>
        {(figures) => <Figures figures={figures} />}
      </Loaded>
    </Box>
  );
}

function Figures({ figures }: { readonly figures: Schemas['SiteFigures'] }) {
  const { builds, concurrency, oldest_queued_at: oldest, images, disk } = figures;
  const usedBytes = disk.total_bytes - disk.free_bytes;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'xs', sm: 'md' }}>
      <Figure
        label="Running, of all users"
        value={builds.running}
        of={figures.worker ? `of ${concurrency}` : 'no worker is there'}
        percent={Math.min(100, (builds.running / concurrency) * 100)}
      />
      <Figure
        label="Waiting, of all users"
        value={builds.queued}
        of={oldest !== null && <TimeAgo at={oldest} />}
      />
      <Figure
        label="SIF files"
        value={formatBytes(images.sif_bytes)}
        of={images.count === 1 ? 'in 1 image' : `in ${images.count} images`}
      />
      <Figure
        label="Used of the disk"
        value={formatBytes(usedBytes)}
        of={`of ${formatBytes(disk.total_bytes)}`}
        percent={disk.total_bytes === 0 ? undefined : (usedBytes / disk.total_bytes) * 100}
      />
    </SimpleGrid>
  );
}
