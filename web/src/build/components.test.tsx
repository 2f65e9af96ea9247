import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { BuildDetails } from '../api/client.ts';
import type { LogSnapshot } from './log/build-log.ts';
import { Outcome } from './outcome.tsx';
import type { TimelineStage } from './timeline.ts';
import { TimelineList } from './timeline-list.tsx';

/** What the pieces of the page write at first; what they do then is looked at in a browser (test/web-build.test.e2e.ts). */
function textOf(piece: ReactNode): string {
  return markupOf(piece)
    .replace(/<style.*?<\/style>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function markupOf(piece: ReactNode): string {
  vi.stubGlobal('document', { baseURI: 'https://cic.example.org/image_creation/' });
  vi.stubGlobal('location', { origin: 'https://cic.example.org' });
  onTestFinished(() => void vi.unstubAllGlobals());
  return renderToStaticMarkup(
    <MantineProvider>
      <MemoryRouter>{piece}</MemoryRouter>
    </MantineProvider>,
  );
}

const running: BuildDetails = {
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
  image_id: null,
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
    /^Stages Queued 4 s Base image cached 4 min 05 s apt packages 4 min 05 s Spack packages .* 3 of 12 · hdf5@1\.14\.3 build$/,
  );
});

test('a build that waits has only its time in the queue', () => {
  const waiting: BuildDetails = { ...running, state: 'queued', phase: null, started_at: null };
  const timeline = { attempt: 0, hasEnded: false, stages: [] };
  expect(textOf(<TimelineList build={waiting} timeline={timeline} onJump={() => undefined} />)).toMatch(
    /^Stages Queued \S.*$/,
  );
});

const logOf = (stages: readonly TimelineStage[]): LogSnapshot => ({
  rows: [],
  count: 0,
  begin: 0,
  width: 0,
  timeline: { attempt: 1, hasEnded: false, stages },
  connection: 'live',
  error: undefined,
});

const outcomeOf = (build: BuildDetails, stages: readonly TimelineStage[] = []) => (
  <Outcome build={build} log={logOf(stages)} onJump={() => undefined} />
);

test('a failure is its code, what happened without colours, and what to do', () => {
  const failure = {
    code: 'ENGINE_BUILD_FAILED',
    message: 'pip failed\n\u001b[31mno such version\u001b[0m',
    hint: 'look at the names',
  } as const;
  expect(textOf(outcomeOf({ ...running, state: 'failed', failure }))).toBe(
    'Failed · ENGINE_BUILD_FAILED pip failed no such version What to do: look at the names Show it in the log',
  );
});

test('who cancelled a build is shown no error of it', () => {
  const failure = { code: 'CANCELLED', message: 'cancelled by a user' } as const;
  expect(textOf(outcomeOf({ ...running, state: 'cancelled', failure }))).toBe(
    'Cancelled cancelled by a user',
  );
});

test('while there is no image, its place has what is done for it', () => {
  const progress = { current: 3, total: 12, unit: 'packages', item: 'hdf5@1.14.3 build' } as const;
  const spack = stage('spack', { state: 'running', finishedAt: null, progress });
  const markup = markupOf(outcomeOf(running, [stage('apt'), spack]));
  expect(markup).toContain('aria-valuenow="25"');
  expect(markup).toMatch(/Spack packages<.*3 of 12 · hdf5@1\.14\.3 build</s);
  expect(textOf(outcomeOf({ ...running, state: 'queued', started_at: null }))).toContain(
    'It waits for its turn',
  );
  expect(textOf(outcomeOf({ ...running, cancel_requested: true }, [spack]))).toContain('It is being stopped');
  expect(textOf(outcomeOf({ ...running, kind: 'plan' }))).toBe('');
});

test('an image has a way to it and its SIF; one for Docker has none, one that is gone says so', () => {
  const imageId = '00000000-0000-4000-8000-0000000000a1';
  const built = {
    ...running,
    state: 'succeeded',
    phase: null,
    image: 'w_s:latest',
    image_id: imageId,
  } as const;
  expect(textOf(outcomeOf(built))).toBe('Image How to get and run it Name w_s:latest');
  const sif = { filename: 'w_s.sif', sha256: 'a'.repeat(64), size_bytes: 62_900_000 };
  const markup = markupOf(outcomeOf({ ...built, sif }));
  expect(markup).toContain('images/download/w_s.sif"');
  expect(markup).toContain(`href="/images/${imageId}"`);
  expect(markup).toContain('62.9 MB');
  const gone = markupOf(outcomeOf({ ...built, sif, image_id: null }));
  expect(gone).toContain('no longer here');
  expect(gone).not.toContain('href=');
});
