import { plainText } from './ansi.ts';
import type { LogRow } from './rows.ts';

/** How compilers, apt, pip, Python, CMake, make and shells begin to say what is wrong. */
const errorPattern =
  /\b(?:fatal )?error(?: [A-Z]+\d+)?:|^E: |^error\b|\bTraceback \(most recent call last\)|\*\*\* .*(?:Error|Stop)|CMake Error|undefined reference to|: (?:command not found|No such file or directory|Permission denied)/i;

/**
 * The row at which a reader learns why a build failed: the first error of the stage that failed, else the last line of
 * that stage, else the row that says how the build ended. -1: there is none.
 */
export function findError(rows: readonly LogRow[], failedStage: string | undefined): number {
  const end = rows.findLastIndex(({ kind }) => kind === 'failure');
  if (failedStage === undefined) return toFirst(rows, end);
  const begin = rows.findLastIndex(({ kind, stage }) => kind === 'stage' && stage === failedStage);
  if (begin === -1) return toFirst(rows, end);
  let last = -1;
  for (let index = begin + 1; index < rows.length; index += 1) {
    const row = rows[index];
    if (row?.kind !== 'line' || row.stage !== failedStage) continue;
    if (errorPattern.test(plainText(row.text))) return index;
    last = index;
  }
  return last === -1 ? toFirst(rows, end) : last;
}

/** The message may have several lines. */
function toFirst(rows: readonly LogRow[], end: number): number {
  let index = end;
  while (index > 0 && rows[index - 1]?.kind === 'failure') index -= 1;
  return index;
}
