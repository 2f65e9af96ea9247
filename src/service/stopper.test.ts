import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BuildStore, Change, ClaimStatus } from './ports.ts';
import { createStopper } from './stopper.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const claim = { id: 'build', attempt: 1 };

function setUp({ status = 'held' as ClaimStatus | Error, isShutDown = false } = {}) {
  const listeners = new Set<(change: Change) => void>();
  const shutdown = new AbortController();
  if (isShutDown) shutdown.abort();
  const state = { status };
  const faults: unknown[] = [];
  const look: BuildStore['look'] = async () => {
    if (state.status instanceof Error) throw state.status;
    return state.status;
  };
  const stopper = createStopper(claim, {
    store: { look },
    changes: {
      subscribe(listener: (change: Change) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    limits: { totalMs: 60_000, silentMs: 10_000, crashes: 3 },
    shutdown: shutdown.signal,
    onFault: (error: unknown) => faults.push(error),
  } as unknown as WorkerDependencies);
  const announce = (change: Change) => {
    for (const listener of listeners) listener(change);
    return vi.advanceTimersByTimeAsync(0);
  };
  return { stopper, announce, state, shutdown, faults, listeners };
}

test('a build that is silent for too long is stopped; every word begins the time anew', async () => {
  const { stopper } = setUp();
  for (let second = 0; second < 30; second += 5) {
    await vi.advanceTimersByTimeAsync(5_000);
    stopper.heard();
  }
  expect(stopper.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(stopper.reason()).toEqual({ kind: 'silent', limitMs: 10_000 });
  expect(stopper.signal.aborted).toBe(true);
});

test('a build that takes too long is stopped, however much it says', async () => {
  const { stopper } = setUp();
  for (let second = 0; second < 60; second += 5) {
    stopper.heard();
    await vi.advanceTimersByTimeAsync(5_000);
  }
  expect(stopper.reason()).toEqual({ kind: 'too-long', limitMs: 60_000 });
});

test('a cancel is seen when it is announced', async () => {
  const { stopper, announce, state } = setUp();
  state.status = 'cancel-requested';
  await announce({ kind: 'build', id: 'another' });
  expect(stopper.signal.aborted).toBe(false);
  await announce({ kind: 'build', id: 'build' });
  expect(stopper.reason()).toEqual({ kind: 'cancelled' });
});

test('a cancel that was announced while nobody listened is seen on the next connection', async () => {
  const { stopper, announce, state } = setUp();
  state.status = 'cancel-requested';
  await announce({ kind: 'reconnected' });
  expect(stopper.reason()).toEqual({ kind: 'cancelled' });
});

test('a cancel from before the start is seen at the start', async () => {
  const { stopper } = setUp({ status: 'cancel-requested' });
  await vi.advanceTimersByTimeAsync(0);
  expect(stopper.reason()).toEqual({ kind: 'cancelled' });
});

test('a build that another worker has taken is stopped', async () => {
  const { stopper, announce, state } = setUp();
  state.status = 'lost';
  await announce({ kind: 'build', id: 'build' });
  expect(stopper.reason()).toEqual({ kind: 'lost' });
});

test.each([true, false])(
  'the end of the service stops it, before the start (%s) and after',
  async (isShutDown) => {
    const { stopper, shutdown } = setUp({ isShutDown });
    shutdown.abort();
    expect(stopper.reason()).toEqual({ kind: 'shutdown' });
  },
);

test('the first reason counts', async () => {
  const { stopper, shutdown } = setUp();
  stopper.stop({ kind: 'cancelled' });
  shutdown.abort();
  expect(stopper.reason()).toEqual({ kind: 'cancelled' });
});

test('a database that does not answer stops nothing', async () => {
  const { stopper, faults } = setUp({ status: new Error('gone') });
  await vi.advanceTimersByTimeAsync(0);
  expect(stopper.signal.aborted).toBe(false);
  expect(faults).toHaveLength(1);
});

test('after its end nothing is watched any more', async () => {
  const { stopper, listeners, shutdown } = setUp();
  stopper.dispose();
  expect(listeners.size).toBe(0);
  shutdown.abort();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(stopper.reason()).toBeUndefined();
});
