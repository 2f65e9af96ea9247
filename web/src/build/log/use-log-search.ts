import { useDeferredValue, useMemo, useState } from 'react';
import type { LogSnapshot } from './build-log.ts';
import { createSearch } from './search.ts';

/** What is looked for in a log, and where it is; it grows with the log. */
export function useLogSearch({ rows }: LogSnapshot) {
  const [typed, type] = useState('');
  // Letters appear at once, however long the log is that is searched for them.
  const query = useDeferredValue(typed);
  const search = useMemo(() => createSearch(query), [query]);
  return { typed, type, query, found: search.extend(rows) } as const;
}
