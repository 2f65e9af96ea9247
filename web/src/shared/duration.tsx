import { formatDuration, toIsoDuration } from './format.ts';
import { useNow } from './use-now.ts';

type Props = {
  /** RFC 3339; null: it has not begun. */
  readonly from: string | null;
  /** Null: it goes on, and the figure counts. */
  readonly to: string | null;
};

/** How long something took, or has taken so far. Digits of one width: it does not jump while it counts. */
export function Duration({ from, to }: Props) {
  const now = useNow(from !== null && to === null ? 1_000 : null);
  if (from === null) return <span>–</span>;
  const end = to === null ? now : new Date(to);
  const ms = end.getTime() - new Date(from).getTime();
  return (
    <time dateTime={toIsoDuration(ms)} style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
      {formatDuration(ms)}
    </time>
  );
}
