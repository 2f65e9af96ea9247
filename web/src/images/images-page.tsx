import { Anchor, Group, Paper, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { imagesQuery } from '../api/images.ts';
import { EmptyState } from '../shared/empty-state.tsx';
import { Loaded } from '../shared/loaded.tsx';
import { PageTitle } from '../shared/page-title.tsx';
import { Paging } from '../shared/paging.tsx';
import { SearchField } from '../shared/search-field.tsx';
import { useSearch } from '../shared/use-search.ts';
import { ImagesTable } from './images-table.tsx';

const pageRows = 50;
const owners = [
  { value: 'all', label: 'Of everybody' },
  { value: 'me', label: 'Mine' },
];

/** What was built, of all users: search and place are in the address. */
export function ImagesPage() {
  const [search, changeSearch] = useSearch();
  const text = search.get('search') ?? '';
  const owner = search.get('owner') === 'me' ? 'me' : 'all';
  const cursor = search.get('cursor') ?? undefined;
  const wanted = {
    owner,
    ...(text !== '' && { search: text }),
    ...(cursor !== undefined && { cursor }),
  } as const;
  const query = useQuery(imagesQuery({ ...wanted, limit: pageRows }));
  const change = (next: { readonly search?: string; readonly owner?: string }) => {
    const changed = { search: text, owner, ...next };
    const target = new URLSearchParams();
    if (changed.search.trim() !== '') target.set('search', changed.search.trim());
    if (changed.owner === 'me') target.set('owner', 'me');
    changeSearch(target, { replace: true });
  };
  const isNarrowed = text !== '' || cursor !== undefined;
  return (
    <>
      <PageTitle>Images</PageTitle>
      <Group component="search" align="end" gap="sm" mb="md">
        <SearchField
          placeholder="Image, step or machine"
          value={text}
          onChange={(value) => change({ search: value })}
          w={{ base: '100%', xs: '18rem' }}
        />
        <SegmentedControl
          aria-label="Whose images"
          data={owners}
          value={owner}
          onChange={(value) => change({ owner: value })}
        />
      </Group>
      <Paper withBorder p="sm">
        <Loaded query={query} rows={8}>
          {({ items }) =>
            items.length === 0 ? (
              <NoImages isNarrowed={isNarrowed} isOwn={owner === 'me'} />
            ) : (
              <ImagesTable images={items} isOutdated={query.isPlaceholderData} />
            )
          }
        </Loaded>
      </Paper>
      <Paging search={search} next={query.data?.next ?? null} isLoading={query.isPlaceholderData} />
    </>
  );
}

function NoImages({ isNarrowed, isOwn }: { readonly isNarrowed: boolean; readonly isOwn: boolean }) {
  if (isNarrowed) {
    return (
      <EmptyState icon="search" title="No image is like that">
        Look for less: a part of the name of the image, its file, its step or its machine.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="box" title={isOwn ? 'You have no images yet' : 'There are no images yet'}>
      <Anchor component={Link} to="/new" underline="always">
        Build one
      </Anchor>
      : it is listed here with its SIF file and with how to run it.
    </EmptyState>
  );
}
