import { formatExactTime, formatTimeAgo } from './format.ts';
import { useNow } from './use-now.ts';

const everyMs = 20_000;

/** How long ago something was, or until it will be; the exact time in the reader's zone on hover. */
export function TimeAgo({ at }: { readonly at: string }) {
  const now = useNow(everyMs);
  const date = new Date(at);
  return (
    <time dateTime={at} title={formatExactTime(date)}>
      {formatTimeAgo(date, now)}
    </time>
  );
}
