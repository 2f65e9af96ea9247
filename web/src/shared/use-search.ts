import { useEffect, useRef } from 'react';
import { useLocation, useNavigation, useSearchParams } from 'react-router';

type ChangeSearch = (search: URLSearchParams, options?: { readonly replace?: boolean }) => void;

/**
 * The query of the address, where filters and forms are kept, and how it is changed. It is not when another page is on
 * its way: what was typed a moment before a click would take back the click.
 */
export function useSearch(): readonly [URLSearchParams, ChangeSearch] {
  const [search, setSearch] = useSearchParams();
  const { pathname } = useLocation();
  const nextPath = useNavigation().location?.pathname;
  const isLeaving = useRef(false);
  useEffect(() => {
    isLeaving.current = nextPath !== undefined && nextPath !== pathname;
  }, [nextPath, pathname]);
  const change: ChangeSearch = (next, { replace = false } = {}) => {
    if (!isLeaving.current) setSearch(next, { replace, preventScrollReset: true });
  };
  return [search, change];
}
