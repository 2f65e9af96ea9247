import { expect, test } from 'vitest';
import type { BuildRecord } from '../../service/build-record.ts';
import type { Change, ChangeFeed } from '../../service/ports.ts';
import { createStatusCache } from './status-cache.ts';

/** A store of one build that counts how often it is asked, and a feed that a test drives. */
function setUp() {
  const listeners = new Set<(change: Change) => void>();
  const state = { build: record('queued') as BuildRecord | undefined, reads: 0, isConnected: true };
  let pause: Promise<void> = Promise.resolve();
  const feed: ChangeFeed = {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get isConnected() {
      return state.isConnected;
    },
  };
  const find = async () => {
    state.reads += 1;
    const { build } = state;
    await pause;
    return build;
  };
  const cache = createStatusCache({ find }, feed);
  return {
    state,
    announce: (change: Change) => {
      for (const listener of listeners) listener(change);
    },
    /** Reads answer only when the returned function is called. */
    hold: () => {
      let release: () => void = () => undefined;
      pause = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    status: async () => {
      const text = await cache.find('build');
      return text === undefined ? undefined : (JSON.parse(text) as { status: string }).status;
    },
  };
}

function record(state: BuildRecord['state']): BuildRecord {
  return { id: 'build', state, phase: 'building', failure: null } as unknown as BuildRecord;
}

test('a build is read once, and again when it has changed', async () => {
  const { state, status, announce } = setUp();
  expect([await status(), await status(), await status()]).toEqual(['PENDING', 'PENDING', 'PENDING']);
  expect(state.reads).toBe(1);
  state.build = record('running');
  announce({ kind: 'build', id: 'build' });
  expect(await status()).toBe('BUILDING');
  expect(state.reads).toBe(2);
});

test('changes of others and of accounts forget nothing', async () => {
  const { state, status, announce } = setUp();
  await status();
  announce({ kind: 'build', id: 'other' });
  announce({ kind: 'accounts', userId: 'user' });
  await status();
  expect(state.reads).toBe(1);
});

test('a row that was read before a change is not kept after it', async () => {
  const { state, status, announce, hold } = setUp();
  const release = hold();
  const reading = status();
  state.build = record('running');
  announce({ kind: 'build', id: 'build' });
  release();
  expect(await reading).toBe('PENDING');
  expect(await status()).toBe('BUILDING');
});

test('while changes may be missed every poll reads', async () => {
  const { state, status, announce } = setUp();
  await status();
  state.isConnected = false;
  state.build = record('running');
  expect(await status()).toBe('BUILDING');
  state.build = record('failed');
  expect(await status()).toBe('FAILED');
  state.isConnected = true;
  announce({ kind: 'reconnected' });
  expect(await status()).toBe('FAILED');
});

test('what is unknown is not kept as unknown', async () => {
  const { state, status } = setUp();
  state.build = undefined;
  expect(await status()).toBeUndefined();
  state.build = record('queued');
  expect(await status()).toBe('PENDING');
});
