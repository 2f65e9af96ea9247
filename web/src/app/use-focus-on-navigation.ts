import { type RefObject, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';

/**
 * After a change of the page the focus goes to its content: a screen reader begins there, and Tab goes on from there. Not
 * for the first page, where the browser begins by itself, nor for filters, which change the query only, nor among tabs,
 * where the arrow keys go on from the tab.
 */
export function useFocusOnNavigation(target: RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    if (document.activeElement?.closest('[role="tablist"]')) return;
    target.current?.focus({ preventScroll: true });
  }, [pathname, target]);
}
