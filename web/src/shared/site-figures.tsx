import { SimpleGrid } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import { Figure } from './figure.tsx';
import { formatBytes } from './format.ts';
import { TimeAgo } from './time-ago.tsx';

/** Queue and storage of the whole site, for administrators. */
export function SiteFigures({ figures }: { readonly figures: Schemas['SiteFigures'] }) {
  const { builds, concurrency, oldest_queued_at: oldest, images, disk } = figures;
  const usedBytes = disk.total_bytes - disk.free_bytes;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'xs', sm: 'md' }} mb="lg">
      <Figure
        label="Running, of all users"
        value={builds.running}
        of={figures.worker ? `of ${concurrency}` : 'no worker is there'}
        percent={Math.min(100, (builds.running / concurrency) * 100)}
      />
      <Figure
        label="Waiting, of all users"
        value={builds.queued}
        of={
          oldest === null ? (
            ''
          ) : (
            <>
              since <TimeAgo at={oldest} />
            </>
          )
        }
      />
      <Figure
        label="SIF files"
        value={formatBytes(images.sif_bytes)}
        of={`in ${countImages(images.count)}`}
      />
      <Figure
        label="Free on the disk"
        value={formatBytes(disk.free_bytes)}
        of={`of ${formatBytes(disk.total_bytes)}`}
        percent={disk.total_bytes === 0 ? undefined : (usedBytes / disk.total_bytes) * 100}
      />
    </SimpleGrid>
  );
}

function countImages(count: number): string {
  return count === 1 ? '1 image' : `${count} images`;
}
