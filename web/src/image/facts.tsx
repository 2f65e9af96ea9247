import { Anchor, Group, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { TimeAgo } from '../shared/time-ago.tsx';

/** What an image is, and what it was made from. */
export function ImageFacts({ image }: { readonly image: Schemas['ImageDetails'] }) {
  return (
    <Table variant="vertical" layout="auto">
      <Table.Tbody>
        <Fact name="Image" copied={image.image} />
        {image.machine !== null && <Fact name="Machine">{image.machine}</Fact>}
        {image.version !== null && <Fact name="Version">{image.version}</Fact>}
        <Fact name="Published">
          <TimeAgo at={image.published_at} />
        </Fact>
        <Fact name="Manifest" copied={image.digest} />
        <Fact name="Recipe" copied={image.recipe_digest} />
        {image.build_id !== null && (
          <Fact name="Build">
            <Anchor component={Link} to={`/builds/${image.build_id}`} inherit>
              its log and files
            </Anchor>
          </Fact>
        )}
      </Table.Tbody>
    </Table>
  );
}

type FactProps = {
  readonly name: string;
  /** A text that can be copied, in place of children. */
  readonly copied?: string;
  readonly children?: React.ReactNode;
};

function Fact({ name, copied, children }: FactProps) {
  return (
    <Table.Tr>
      <Table.Th w={{ base: '6.5rem', sm: '9rem' }} scope="row">
        {name}
      </Table.Th>
      <Table.Td>
        {copied === undefined ? (
          children
        ) : (
          <Group gap="xs" wrap="nowrap">
            <Text span ff="monospace" size="sm" style={{ overflowWrap: 'anywhere' }}>
              {copied}
            </Text>
            <CopyButton text={copied} label={`Copy: ${name}`} />
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
