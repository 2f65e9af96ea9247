import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { CopyField } from './copy-field.tsx';
import { Duration } from './duration.tsx';
import { EmptyState } from './empty-state.tsx';
import { ErrorState } from './error-state.tsx';
import { StatusBadge } from './status-badge.tsx';
import { TimeAgo } from './time-ago.tsx';

/** What the pieces write at first; what they do then is looked at in a browser (test/web.test.e2e.ts). */
function render(piece: ReactNode): string {
  return renderToStaticMarkup(<MantineProvider>{piece}</MantineProvider>);
}

/** As a reader sees it: without tags and styles. */
function textOf(markup: string): string {
  return markup
    .replace(/<style.*?<\/style>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

test('a status is a word, whatever its colour', () => {
  const running = { state: 'running', phase: 'converting', cancel_requested: false } as const;
  expect(textOf(render(<StatusBadge build={running} />))).toBe('Converting');
});

test('a time has its exact form for machines and on hover', () => {
  const markup = render(<TimeAgo at={new Date(Date.now() - 300_000).toISOString()} />);
  expect(textOf(markup)).toBe('5 minutes ago');
  expect(markup).toMatch(/dateTime="[^"]+Z" title="\d+ \w+ \d{4}, \d\d:\d\d:\d\d /);
});

test('a duration ends, goes on, or has not begun', () => {
  const from = '2026-11-26T12:00:00Z';
  expect(textOf(render(<Duration from={from} to="2026-11-26T12:04:05Z" />))).toBe('4 min 05 s');
  const began = new Date(Date.now() - 61_000).toISOString();
  expect(textOf(render(<Duration from={began} to={null} />))).toBe('1 min 01 s');
  expect(textOf(render(<Duration from={null} to={null} />))).toBe('–');
});

test('what can be copied can be reached and selected too', () => {
  const markup = render(<CopyField label="Digest" text="sha256:1" />);
  expect(markup).toContain('aria-label="Copy: Digest"');
  expect(markup).toMatch(/<code[^>]* tabindex="0"[^>]*>sha256:1<\/code>/i);
});

test('an empty list says what to do', () => {
  expect(
    textOf(
      render(
        <EmptyState icon="box" title="No images">
          Build one
        </EmptyState>,
      ),
    ),
  ).toBe('No images Build one');
});

test('an error says what happened, what to do and where the log has more', () => {
  const details = { requestId: 'r-1' };
  const error = new AppError('BUILD_NOT_FOUND', 'there is no build 7', { hint: 'look at the list', details });
  const markup = render(<ErrorState error={error} onRetry={() => undefined} />);
  expect(markup).toContain('role="alert"');
  expect(textOf(markup)).toMatch(
    /there is no build 7 look at the list BUILD_NOT_FOUND · request r-1 Try again$/,
  );
});
