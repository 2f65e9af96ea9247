/** A colour of the terminal's sixteen (0 to 15), or any other as CSS. */
export type AnsiColor = number | `rgb(${string})`;

export type AnsiStyle = {
  readonly color?: AnsiColor | undefined;
  readonly background?: AnsiColor | undefined;
  readonly isBold?: boolean;
  readonly isDim?: boolean;
  readonly isItalic?: boolean;
  readonly isUnderlined?: boolean;
  readonly isInverse?: boolean;
  readonly isStruck?: boolean;
};

/** A part of a line of one look. */
export type Segment = { readonly text: string; readonly style: AnsiStyle };

/** Control sequences (CSI), titles and links (OSC), and single control characters but the tab. */
const controls =
  /\u001b\[([0-9;:?<=>]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]|[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** Nothing is set: the one value of it, to be compared by identity. */
export const plain: AnsiStyle = {};

/**
 * Reads the colours of a line. All that moves the cursor is left out, but a carriage return within the line, with which
 * programs draw progress over itself: what stands after the last one is what a terminal shows.
 *
 * @param before What lines before it have left set.
 * @see ECMA-48, 8.3.117 SGR
 */
export function parseAnsi(line: string, before = plain): readonly Segment[] {
  if (!hasControls(line)) return [{ text: line, style: before }];
  const { begin, end } = lastDrawn(line);
  const shown = line.slice(begin, end);
  const segments: Segment[] = [];
  // What was drawn over has set its colours all the same.
  let style = styleAfter(line.slice(0, begin), before);
  let from = 0;
  const add = (until: number) => {
    if (until > from) segments.push({ text: shown.slice(from, until), style });
  };
  for (const match of shown.matchAll(controls)) {
    add(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') style = applyCodes(style, match[1] ?? '');
  }
  add(shown.length);
  return segments;
}

/** The look at the end of a line: a terminal carries it on into the next one. */
export function styleAfter(line: string, before: AnsiStyle): AnsiStyle {
  if (!line.includes('\u001b')) return before;
  let style = before;
  for (const [, parameters = '', kind] of line.matchAll(controls)) {
    if (kind === 'm') style = applyCodes(style, parameters);
  }
  return style;
}

/** Whether a look is none: what was switched off again leaves its name behind. */
export function isPlain(style: AnsiStyle): boolean {
  return Object.values(style).every((value) => value === undefined || value === false);
}

/** A line as it reads, without colours: what is searched and copied. */
export function plainText(line: string): string {
  if (!hasControls(line)) return line;
  const { begin, end } = lastDrawn(line);
  return line.slice(begin, end).replace(controls, '');
}

/** The same for a message of several lines: it may quote what a program has printed. */
export function plainMessage(message: string): string {
  return message.split('\n').map(plainText).join('\n');
}

function hasControls(text: string): boolean {
  return /[\u0000-\u0008\u000a-\u001f\u007f]/.test(text);
}

/** The part of a line that nothing was drawn over. */
function lastDrawn(line: string): { readonly begin: number; readonly end: number } {
  const trimmed = line.replace(/\r+$/, '');
  return { begin: trimmed.lastIndexOf('\r') + 1, end: trimmed.length };
}

const switches: Readonly<Record<number, AnsiStyle>> = {
  1: { isBold: true },
  2: { isDim: true },
  3: { isItalic: true },
  4: { isUnderlined: true },
  7: { isInverse: true },
  9: { isStruck: true },
  22: { isBold: false, isDim: false },
  23: { isItalic: false },
  24: { isUnderlined: false },
  27: { isInverse: false },
  29: { isStruck: false },
  39: { color: undefined },
  49: { background: undefined },
};

function applyCodes(before: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map(Number);
  // Private ones, such as `>4;2`, are about keys.
  if (codes.some(Number.isNaN)) return before;
  let style = before;
  while (codes.length > 0) {
    const code = codes.shift() ?? 0;
    if (code === 0) style = plain;
    else if (code === 38) style = { ...style, color: takeColor(codes) };
    else if (code === 48) style = { ...style, background: takeColor(codes) };
    else style = { ...style, ...(switches[code] ?? toBasicColor(code)) };
  }
  return style;
}

function toBasicColor(code: number): AnsiStyle {
  if (code >= 30 && code <= 37) return { color: code - 30 };
  if (code >= 40 && code <= 47) return { background: code - 40 };
  if (code >= 90 && code <= 97) return { color: code - 82 };
  if (code >= 100 && code <= 107) return { background: code - 92 };
  return plain;
}

/** `5;n` is one of 256 colours, `2;r;g;b` any; takes its parameters away. */
function takeColor(codes: number[]): AnsiColor | undefined {
  const kind = codes.shift();
  if (kind === 5) return toIndexedColor(codes.shift() ?? 0);
  if (kind !== 2) return undefined;
  return toRgb(codes.splice(0, 3));
}

/** 16 of the terminal, a cube of 6 × 6 × 6, 24 greys. */
function toIndexedColor(index: number): AnsiColor {
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return toRgb([grey, grey, grey]);
  }
  const level = (digit: number) => (digit === 0 ? 0 : 55 + 40 * digit);
  const place = index - 16;
  return toRgb([Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map(level));
}

function toRgb(parts: readonly number[]): AnsiColor {
  const byte = (index: number) => Math.min(255, Math.max(0, parts[index] || 0));
  return `rgb(${byte(0)}, ${byte(1)}, ${byte(2)})`;
}
