import { type AnsiStyle, isPlain, plain, styleAfter } from './ansi.ts';
import type { LogRow } from './rows.ts';

/**
 * Gives each line of a program the look that the lines before it have left set, as a terminal does: ninja and pip set a
 * colour on one line and take it back some lines later. Stages have terminals of their own; titles and notes have none.
 */
export function createStyleCarrier(): (row: LogRow) => LogRow {
  /** By stage, only where something is set. */
  const open = new Map<string, AnsiStyle>();
  return (row) => {
    // A stage that runs again has a new terminal.
    if (row.kind === 'stage') open.delete(row.stage);
    if (row.kind !== 'line') return row;
    const before = open.get(row.stage) ?? plain;
    const after = styleAfter(row.text, before);
    if (after !== before) {
      if (isPlain(after)) open.delete(row.stage);
      else open.set(row.stage, after);
    }
    return before === plain ? row : { ...row, before };
  };
}
