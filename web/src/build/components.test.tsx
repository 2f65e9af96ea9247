import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import type { Build } from '../api/client.ts';
import { FailureSummary } from './failure-summary.tsx';
import { Result } from './result.tsx';
import type { TimelineStage } from './timeline.ts';
import { TimelineList } from './timeline-list.tsx';

/** What the pieces of the page write at first; what they do then is looked at in a browser (test/web-build.test.e2e.ts). */
function textOf(piece: ReactNode): string {
  return renderToStaticMarkup(<MantineProvider>{piece}</MantineProvider>)
    .replace(/<style.*?<\/style>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

const running: Build = {
  id: '00000000-0000-4000-8000-000000000001',
  kind: 'image',
  state: 'running',
  phase: 'building',
  workflow: 'w',
  step: 's',
  version: 'latest',
  machine: 'lumi-c',
  owners: ['ada'],
  attempt: 1,
  created_at: '2026-01-01T12:00:00.000Z',
  started_at: '2026-01-01T12:00:04.000Z',
  finished_at: null,
  cancel_requested: false,
  failure: null,
  image: null,
  digest: null,
  recipe_digest: null,
  sif: null,
  timings_ms: null,
};

const stage = (id: string, changed: Partial<TimelineStage> = {}): TimelineStage => ({
  id,
  title: id,
  state: 'done',
  isCached: false,
  startedAt: '2026-01-01T12:00:04.000Z',
  finishedAt: '2026-01-01T12:04:09.000Z',
  earlierMs: 0,
  progress: null,
  row: 0,
  ...changed,
});

test('the stages have their times, the cache, and package n of m', () => {
  const progress = { current: 3, total: 12, unit: 'packages', item: 'hdf5@1.14.3 build' } as const;
  const spack = stage('spack', { state: 'running', finishedAt: null, progress });
  const timeline = {
    attempt: 1,
    hasEnded: false,
    stages: [stage('base', { isCached: true }), stage('apt'), spack],
  };
  const text = textOf(<TimelineList build={running} timeline={timeline} onJump={() => undefined} />);
  expect(text).toMatch(
    /^Stages Queued 4 s Base image cached apt packages 4 min 05 s Spack packages .* 3 of 12 · hdf5@1\.14\.3 build$/,
  );
});

test('a build that waits has only its time in the queue', () => {
  const waiting: Build = { ...running, state: 'queued', phase: null, started_at: null };
  const timeline = { attempt: 0, hasEnded: false, stages: [] };
  expect(textOf(<TimelineList build={waiting} timeline={timeline} onJump={() => undefined} />)).toMatch(
    /^Stages Queued \S.*$/,
  );
});

test('a failure is its code, what happened without colours, and what to do', () => {
  const failure = {
    code: 'ENGINE_BUILD_FAILED',
    message: 'pip failed\n\u001b[31mno such version\u001b[0m',
    hint: 'look at the names',
  } as const;
  const build: Build = { ...running, state: 'failed', failure };
  expect(textOf(<FailureSummary build={build} onJump={() => undefined} />)).toBe(
    'Failed · ENGINE_BUILD_FAILED pip failed no such version What to do: look at the names Show it in the log',
  );
});

test('there is a result only of a build that succeeded, and an image for Docker has no SIF', () => {
  expect(textOf(<Result build={running} />)).toBe('');
  const build: Build = { ...running, state: 'succeeded', phase: null, image: 'w_s:latest' };
  expect(textOf(<Result build={build} />)).toBe('Image Name w_s:latest');
  vi.stubGlobal('document', { baseURI: 'https://cic.example.org/image_creation/' });
  const sif = { filename: 'w_s.sif', sha256: 'a'.repeat(64), size_bytes: 62_900_000 };
  const markup = renderToStaticMarkup(
    <MantineProvider>
      <Result build={{ ...build, sif }} />
    </MantineProvider>,
  );
  vi.unstubAllGlobals();
  expect(markup).toContain('href="/image_creation/images/download/w_s.sif"');
  expect(markup).toContain('62.9 MB');
});
