import { Button, Group } from '@mantine/core';
import type { MouseEvent } from 'react';
import { Link, type LinkProps, useLocation } from 'react-router';

type Props = {
  readonly search: URLSearchParams;
  /** Cursor of the next page; null at the end. */
  readonly next: string | null;
  /** True: what is shown, and its next page, are those of the page before. */
  readonly isLoading: boolean;
};

/** The pages before this one, as far as they were gone through; kept by the browser with the address. */
type Trail = { readonly trail?: readonly string[] };

/** Older and newer pages. A page begins at its cursor: what is added meanwhile moves nothing. */
export function Paging({ search, next, isLoading }: Props) {
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
      <PageLink to={to('')} isOff={here === ''}>
        Newest
      </PageLink>
      <PageLink to={to(trail.at(-1) ?? '')} state={{ trail: trail.slice(0, -1) }} isOff={here === ''}>
        Newer
      </PageLink>
      <PageLink to={to(next ?? here)} state={{ trail: [...trail, here] }} isOff={isLoading || next === null}>
        Older
      </PageLink>
    </Group>
  );
}

type PageLinkProps = Pick<LinkProps, 'to' | 'state'> & {
  /** True: it leads nowhere now. It stays, for who is on it with the keyboard. */
  readonly isOff: boolean;
  readonly children: string;
};

function PageLink({ isOff, ...props }: PageLinkProps) {
  const stay = (event: MouseEvent) => event.preventDefault();
  return (
    <Button
      component={Link}
      variant="default"
      {...(isOff && { 'aria-disabled': true, 'data-disabled': true, onClick: stay })}
      {...props}
    />
  );
}
