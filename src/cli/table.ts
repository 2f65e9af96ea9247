import type { Paint } from './paint.ts';

/** A table with a bold head; every column is as wide as its widest cell, the last one runs on. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const formatRow = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [paint.bold(formatRow(head)), ...rows.map(formatRow), ''].join('\n');
}
