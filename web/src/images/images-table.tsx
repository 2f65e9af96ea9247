import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { CardTable, mainCell } from '../shared/card-table.tsx';
import { DownloadLink } from '../shared/download-link.tsx';
import { formatBytes } from '../shared/format.ts';
import { imageName } from '../shared/image-name.ts';
import { TimeAgo } from '../shared/time-ago.tsx';

type Image = Schemas['Image'];
type Props = { readonly images: readonly Image[]; readonly isOutdated: boolean };

export function ImagesTable({ images, isOutdated }: Props) {
  return (
    <CardTable
      caption="Images, newest first"
      isOutdated={isOutdated}
      columns={[
        { title: 'Image' },
        { title: 'Machine', width: '12rem' },
        { title: 'SIF', width: '7rem' },
        { title: 'Published', width: '9rem' },
        { title: 'Download', width: '9rem', isHidden: true },
      ]}
    >
      {images.map((image) => (
        <ImageRow key={image.id} image={image} />
      ))}
    </CardTable>
  );
}

function ImageRow({ image }: { readonly image: Image }) {
  const { id, image: reference, machine, version, sif, published_at: publishedAt } = image;
  return (
    <Table.Tr>
      <Table.Td className={mainCell}>
        <Anchor component={Link} to={`/images/${id}`} fw={600} style={{ overflowWrap: 'anywhere' }}>
          {imageName(image)}
        </Anchor>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {version === null ? reference : `${version} · ${reference}`}
        </Text>
      </Table.Td>
      <Table.Td>{machine ?? '–'}</Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {sif === null ? 'none' : formatBytes(sif.size_bytes)}
      </Table.Td>
      <Table.Td>
        <TimeAgo at={publishedAt} />
      </Table.Td>
      <Table.Td>
        {sif !== null && (
          <DownloadLink filename={sif.filename} variant="default" size="xs">
            Download
          </DownloadLink>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
