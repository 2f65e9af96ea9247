import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildResult } from '../build/result.ts';
import { AppError } from '../errors/app-error.ts';
import { createBuildFolders } from './build-folder.ts';
import type { BuildOutcome, BuildRecord } from './build-record.ts';
import type { Change, ClaimStatus } from './ports.ts';
import { runQueuedBuild } from './run-queued-build.ts';
import type { BuildRunner, WorkerDependencies } from './worker-dependencies.ts';

const id = '11111111-2222-4333-8444-555555555555';
const worker = '66666666-2222-4333-8444-555555555555';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-run-'));
});

afterEach(() => rm(folder, { recursive: true }));

const machine = { platform: 'linux/amd64', architecture: 'zen3', container_engine: 'singularity' };
const request = JSON.stringify({ machine, workflow: 'workflow', step_id: 'step' });

const result: BuildResult = {
  imageReference: 'image:latest',
  manifestDigest: 'sha256:aa',
  recipeDigest: 'sha256:bb',
  sif: { path: '/images/image.sif', sha256: 'cc', sizeBytes: 5 },
  timingsMs: { resolve: 3 },
} as unknown as BuildResult;

/** A store that knows one build, and what a worker told it. */
function setUp(run: BuildRunner, { attempt = 1, isGone = false, status = 'held' as ClaimStatus } = {}) {
  const told: unknown[] = [];
  const outcomes: BuildOutcome[] = [];
  const listeners = new Set<(change: Change) => void>();
  const shutdown = new AbortController();
  const faults: unknown[] = [];
  const state = { status, finishErrors: [] as Error[], logAtFinish: '' };
  const deps = {
    store: {
      claim: async (_id: string, options: unknown) => {
        told.push(['claim', options]);
        if (isGone) return { kind: 'gone' as const };
        return { kind: 'claimed' as const, build: { id, request } as BuildRecord, claim: { id, attempt } };
      },
      setPhase: async (_claim: unknown, phase: string) => {
        told.push(['phase', phase]);
        return state.status !== 'lost';
      },
      release: async () => void told.push(['release']),
      finish: async (_claim: unknown, outcome: BuildOutcome) => {
        state.logAtFinish = await readLog();
        const error = state.finishErrors.shift();
        if (error !== undefined) throw error;
        outcomes.push(outcome);
        return state.status !== 'lost';
      },
      look: async () => state.status,
    },
    changes: {
      subscribe: (listener: (change: Change) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    run,
    folders: createBuildFolders(folder),
    systems: [],
    limits: { totalMs: 60_000, silentMs: 60_000, crashes: 3 },
    worker,
    mask: (text: string) => text.replaceAll('hunter2', '***'),
    now: () => new Date(),
    shutdown: shutdown.signal,
    onFault: (error: unknown) => faults.push(error),
  } as unknown as WorkerDependencies;
  const announce = () => {
    for (const listener of listeners) listener({ kind: 'build', id });
  };
  return { deps, told, outcomes, shutdown, faults, state, announce };
}

const readLog = () => readFile(join(folder, id, 'build.log'), 'utf8');

/** Runs until it is stopped, as an engine does. */
const untilStopped: BuildRunner = (_request, { signal }) =>
  new Promise((_resolve, reject) => {
    const stop = () => reject(new AppError('CANCELLED', 'buildah was stopped'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });

describe('a build from the queue', () => {
  test('is claimed, built and finished with what it made', async () => {
    const { deps, told, outcomes } = setUp(async ({ source }, { onEvent }) => {
      expect(source).toMatchObject({ workflow: 'workflow', stepId: 'step' });
      onEvent({ kind: 'stage-started', stage: 'resolve', title: 'Resolve' });
      onEvent({ kind: 'stage-started', stage: 'convert', title: 'Convert' });
      onEvent({ kind: 'log', stage: 'convert', line: 'password hunter2', stream: 'stdout' });
      return result;
    });
    await runQueuedBuild(id, deps);
    expect(told).toEqual([
      ['claim', { maxCrashes: 3, worker }],
      ['phase', 'converting'],
    ]);
    expect(outcomes).toEqual([
      {
        state: 'succeeded',
        result: {
          imageReference: 'image:latest',
          manifestDigest: 'sha256:aa',
          recipeDigest: 'sha256:bb',
          sif: { filename: 'image.sif', sha256: 'cc', sizeBytes: 5 },
          timingsMs: { resolve: 3 },
        },
      },
    ]);
    expect(await readLog()).toBe('==> Resolve\n==> Convert\npassword ***\n==> succeeded\n');
  });

  test('that is gone is left alone', async () => {
    const { deps, outcomes } = setUp(untilStopped, { isGone: true });
    await runQueuedBuild(id, deps);
    expect(outcomes).toEqual([]);
  });

  test('has its whole log when it is said to have ended, and its last line after that', async () => {
    const { deps, state } = setUp(async (_request, { onEvent }) => {
      onEvent({ kind: 'log', stage: 'finish', line: 'the last one', stream: 'stdout' });
      throw new AppError('ENGINE_BUILD_FAILED', 'hunter2 failed', { hint: 'look' });
    });
    await runQueuedBuild(id, deps);
    expect(state.logAtFinish).toBe('the last one\n');
    expect(await readLog()).toBe('the last one\n==> failed: *** failed\n    look\n');
  });

  test('that fails with a fault of CIC is told to the operator', async () => {
    const fault = new TypeError('oops');
    const { deps, outcomes, faults } = setUp(() => Promise.reject(fault));
    await runQueuedBuild(id, deps);
    expect(outcomes).toMatchObject([{ state: 'failed', failure: { code: 'INTERNAL_ERROR' } }]);
    expect(faults).toEqual([fault]);
  });

  test('that is cancelled ends as cancelled', async () => {
    const { deps, outcomes, state, announce } = setUp(untilStopped);
    const running = runQueuedBuild(id, deps);
    await new Promise((resolve) => setTimeout(resolve, 20));
    state.status = 'cancel-requested';
    announce();
    await running;
    expect(outcomes).toMatchObject([{ state: 'cancelled' }]);
  });

  test('goes back to the queue when the service ends, and its log has no end', async () => {
    const { deps, told, outcomes, shutdown } = setUp(untilStopped);
    const running = runQueuedBuild(id, deps);
    shutdown.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(told).toContainEqual(['release']);
    expect(outcomes).toEqual([]);
    expect(await readLog()).not.toContain('==>');
  });

  test('that another worker has taken is left to that one', async () => {
    const { deps, told, outcomes } = setUp(
      (request, call) => {
        call.onEvent({ kind: 'stage-started', stage: 'convert', title: 'Convert' });
        return untilStopped(request, call);
      },
      { status: 'lost' },
    );
    await runQueuedBuild(id, deps);
    expect(outcomes).toEqual([]);
    expect(told).not.toContainEqual(['release']);
  });

  test('that ended after its claim had lapsed writes no last line', async () => {
    const { deps, state } = setUp(async () => {
      state.status = 'lost';
      return result;
    });
    await runQueuedBuild(id, deps);
    expect(await readLog()).not.toContain('succeeded');
  });

  test('is finished when the database is back', async () => {
    const { deps, outcomes, state } = setUp(async () => result);
    state.finishErrors = [Object.assign(new Error('gone'), { code: '57P01' })];
    await runQueuedBuild(id, deps);
    expect(outcomes).toMatchObject([{ state: 'succeeded' }]);
  });

  test('is handed out again when its end cannot be kept', async () => {
    const { deps, state } = setUp(async () => result);
    state.finishErrors = [new Error('syntax error')];
    await expect(runQueuedBuild(id, deps)).rejects.toThrow('syntax error');
  });

  test('says in its log that it was interrupted', async () => {
    const { deps } = setUp(async () => result, { attempt: 2 });
    await runQueuedBuild(id, deps);
    expect(await readLog()).toMatch(/^==> attempt 2: /);
  });
});
