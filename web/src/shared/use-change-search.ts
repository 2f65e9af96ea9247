import { useEffect, useRef } from 'react';
import { useLocation, useNavigation, useSearchParams } from 'react-router';

type ChangeSearch = (search: URLSearchParams, options?: { readonly replace?: boolean }) => void;

/**
 * Changes the query of the address, where filters and forms are kept. Not when another page is on its way: what was
 * typed a moment before a click would take back the click.
 */
export function useChangeSearch(): ChangeSearch {
  const [, setSearch] = useSearchParams();
  const { pathname } = useLocation();
  const next = useNavigation().location?.pathname;
  const isLeaving = useRef(false);
  useEffect(() => {
    isLeaving.current = next !== undefined && next !== pathname;
  }, [next, pathname]);
  return (search, { replace = false } = {}) => {
    if (!isLeaving.current) setSearch(search, { replace, preventScrollReset: true });
  };
}
