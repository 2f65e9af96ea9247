import type { RefObject } from 'react';
import classes from './skip-link.module.css';

/** The first thing that Tab reaches: past the navigation. A plain `#main` would lead to the base path. */
export function SkipLink({ target }: { readonly target: RefObject<HTMLElement | null> }) {
  return (
    <button type="button" className={classes['link']} onClick={() => target.current?.focus()}>
      Skip to the content
    </button>
  );
}
