import { memo } from 'react';
import { formatExactTime } from '../../shared/format.ts';
import { parseAnsi } from './ansi.ts';
import classes from './log-view.module.css';
import type { LogRow as Row } from './rows.ts';
import { markMatches } from './search.ts';
import { toCss } from './segment-style.ts';

type Props = {
  readonly row: Row;
  /** From 1. */
  readonly number: number;
  readonly query: string;
  /** Where somebody has jumped to. */
  readonly isTarget: boolean;
};

export const LogRow = memo(function LogRow({ row, number, query, isTarget }: Props) {
  const segments = markMatches(parseAnsi(row.text, row.before), query);
  return (
    <div className={classes['row']} data-kind={row.kind} data-target={isTarget || undefined}>
      <span className={classes['number']} title={formatExactTime(new Date(row.at))}>
        {number}
      </span>
      <span className={classes['text']}>
        {segments.map(({ text, style, isMatch }, index) => {
          const Part = isMatch ? 'mark' : 'span';
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line have no other identity
            <Part key={index} style={toCss(style)}>
              {text}
            </Part>
          );
        })}
        {/* What is selected and copied has its line ends. */}
        {'\n'}
      </span>
    </div>
  );
});
