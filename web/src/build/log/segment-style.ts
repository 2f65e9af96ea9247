import type { CSSProperties } from 'react';
import type { AnsiColor, AnsiStyle } from './ansi.ts';

/** The look of a part of a line. The sixteen colours are variables of `log-view.module.css`, for light and dark. */
export function toCss(style: AnsiStyle): CSSProperties | undefined {
  if (Object.keys(style).length === 0) return undefined;
  const { isBold, isDim, isItalic, isUnderlined, isStruck } = style;
  const lines = [isUnderlined ? 'underline' : '', isStruck ? 'line-through' : ''].join(' ').trim();
  return {
    ...toColors(style),
    ...(isBold && { fontWeight: 700 }),
    ...(isDim && { opacity: 0.75 }),
    ...(isItalic && { fontStyle: 'italic' }),
    ...(lines !== '' && { textDecorationLine: lines }),
  };
}

function toColors({ color, background, isInverse }: AnsiStyle): CSSProperties {
  if (isInverse) {
    return {
      color: background === undefined ? 'var(--log-background)' : toValue(background),
      background: color === undefined ? 'var(--mantine-color-text)' : toValue(color),
    };
  }
  return {
    ...(color !== undefined && { color: toValue(color) }),
    // Of the sixteen a tint: the text on it stays readable, whatever colour it has.
    ...(background !== undefined && {
      background:
        typeof background === 'number'
          ? `color-mix(in srgb, ${toValue(background)} 25%, transparent)`
          : background,
    }),
  };
}

function toValue(color: AnsiColor): string {
  return typeof color === 'number' ? `var(--ansi-${color})` : color;
}
