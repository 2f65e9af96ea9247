import { Button, Group } from '@mantine/core';
import { Link, useLocation } from 'react-router';

type Props = {
  readonly search: URLSearchParams;
  /** Cursor of the next page; null at the end. */
  readonly next: string | null;
};

/** The pages before this one, as far as they were gone through; kept by the browser with the address. */
type Trail = { readonly trail?: readonly string[] };

/** Older and newer pages. A page begins at its cursor: what is added meanwhile moves nothing. */
export function Paging({ search, next }: Props) {
  const { trail = [] } = (useLocation().state ?? {}) as Trail;
  const here = search.get('cursor') ?? '';
  if (next === null && here === '') return null;
  const to = (cursor: string) => {
    const target = new URLSearchParams(search);
    if (cursor === '') target.delete('cursor');
    else target.set('cursor', cursor);
    return { search: `?${target}` };
  };
  return (
    <Group component="nav" aria-label="Pages of the list" justify="center" mt="md">
      {here !== '' && (
        <>
          <Button component={Link} to={to('')} variant="default">
            Newest
          </Button>
          <Button
            component={Link}
            to={to(trail.at(-1) ?? '')}
            state={{ trail: trail.slice(0, -1) }}
            variant="default"
          >
            Newer
          </Button>
        </>
      )}
      {next !== null && (
        <Button component={Link} to={to(next)} state={{ trail: [...trail, here] }} variant="default">
          Older
        </Button>
      )}
    </Group>
  );
}
