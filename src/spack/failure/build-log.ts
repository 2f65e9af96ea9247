/** What Spack shows of a failed package's log. */
export type LogExcerpt = {
  /** Lines that it takes for errors. */
  readonly errors: readonly string[];
  /** The lines around them as well, in order. */
  readonly lines: readonly string[];
};

/**
 * Finds the excerpts in what Spack printed. 0.23 and 1.1 number the lines, mark errors with `>>` and wrap
 * at the width of a terminal, inside of words; 1.3 puts a heading above and marks errors with `>`.
 */
export function readLogExcerpt(printed: readonly string[]): LogExcerpt {
  const numbered = readNumbered(printed);
  return numbered.lines.length > 0 ? numbered : readHeaded(printed);
}

/** `  >> 6     labapp.c:2:10: …`, then what did not fit, indented as far as the text. */
function readNumbered(printed: readonly string[]): LogExcerpt {
  const marked = printed.flatMap((line) => /^ {2}>> (\d+) /.exec(line)?.[1]?.length ?? []);
  if (marked.length === 0) return toExcerpt([]);
  const textStart = 5 + Math.max(...marked) + 4;
  const lines: { text: string; isError: boolean }[] = [];
  let isInside = false;
  for (const line of printed) {
    const last = lines.at(-1);
    if (/^ {2}(?:>>| {2}) \d+ {2,}/.test(line) || /^ {2}(?:>>| {2}) \d+$/.test(line)) {
      isInside = true;
      lines.push({ text: line.slice(textStart), isError: line.startsWith('  >>') });
    } else if (isInside && last !== undefined && line.startsWith(' '.repeat(textStart))) {
      last.text += line.slice(textStart);
    } else {
      isInside = false;
    }
  }
  return toExcerpt(lines);
}

/** `-- lines 1 to 13 --`, then the lines behind two blanks or `> `. */
function readHeaded(printed: readonly string[]): LogExcerpt {
  const lines: { text: string; isError: boolean }[] = [];
  let isInside = false;
  for (const line of printed) {
    if (/^-- lines \d+ to \d+ --$/.test(line)) isInside = true;
    else if (!/^(?: {2}|> )/.test(line)) isInside = false;
    else if (isInside) lines.push({ text: line.slice(2), isError: line.startsWith('>') });
  }
  return toExcerpt(lines);
}

function toExcerpt(lines: readonly { readonly text: string; readonly isError: boolean }[]): LogExcerpt {
  return {
    errors: lines.filter(({ isError }) => isError).map(({ text }) => text),
    lines: lines.map(({ text }) => text),
  };
}
