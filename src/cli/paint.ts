import type { OutputStream } from './io.ts';

export type Paint = {
  /** False where text must stay plain. */
  readonly hasColours: boolean;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly hint: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
};

/** Colours for a terminal; none elsewhere, nor where `NO_COLOR` is set. @see https://no-color.org */
export function createPaint(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Paint {
  const isPlain = Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb' || stream.isTTY !== true;
  return isPlain ? plainPaint : colourPaint;
}

const wrap = (start: number, end: number) => (text: string) => `\u001b[${start}m${text}\u001b[${end}m`;
const same = (text: string) => text;

const colourPaint: Paint = {
  hasColours: true,
  good: wrap(32, 39),
  bad: wrap(31, 39),
  warning: wrap(33, 39),
  hint: wrap(36, 39),
  bold: wrap(1, 22),
  dim: wrap(2, 22),
};

export const plainPaint: Paint = {
  hasColours: false,
  good: same,
  bad: same,
  warning: same,
  hint: same,
  bold: same,
  dim: same,
};
