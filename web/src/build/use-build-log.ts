import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { followBatches } from '../../../src/client/follow-build.ts';
import { isPassing } from '../../../src/client/service-error.ts';
import { buildQuery } from '../api/build.ts';
import { buildsKey, isActive } from '../api/builds.ts';
import { api } from '../api/client.ts';
import { type BuildLog, createBuildLog, type LogSnapshot } from './log/build-log.ts';

/** A page stays open longer than the client of a program waits. */
const tryAgainMs = 5_000;

/** The log of a build, followed as long as the page is there. With its end the build itself is asked for again. */
export function useBuildLog(id: string): LogSnapshot {
  const [log] = useState(createBuildLog);
  const client = useQueryClient();
  useEffect(() => {
    const onEnd = () => {
      const known = client.getQueryData(buildQuery(id).queryKey);
      if (known === undefined || isActive(known)) void client.invalidateQueries({ queryKey: buildsKey });
    };
    return whileSeen((signal) => void follow(log, id, { signal, onEnd }));
  }, [log, id, client]);
  return useSyncExternalStore(log.subscribe, log.read);
}

/**
 * Runs what ends with its signal, whenever the page is looked at: a browser has few connections to a service, and each log
 * that is followed in a page behind others takes one of them from the page in front.
 *
 * @returns Ends it.
 */
function whileSeen(begin: (signal: AbortSignal) => void): () => void {
  let leave = new AbortController();
  const look = () => {
    leave.abort();
    if (document.visibilityState === 'hidden') return;
    leave = new AbortController();
    begin(leave.signal);
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    leave.abort();
  };
}

/** So long may the reading of a long log keep the browser from painting. */
const workMs = 24;

/** Lets the browser paint what has come: a stream that is read faster than it arrives leaves it no moment. */
function createBreather(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  let rested = performance.now();
  return async () => {
    if (performance.now() - rested < workMs) return;
    await new Promise<void>((resolve) => {
      // Timers are held back, the more the deeper they are nested.
      port1.onmessage = () => resolve();
      port2.postMessage(null);
    });
    rested = performance.now();
  };
}

type Following = { readonly signal: AbortSignal; readonly onEnd: () => void };

/** Tries for ever what passes by itself: nobody needs to load the page again. */
async function follow(log: BuildLog, id: string, { signal, onEnd }: Following): Promise<void> {
  const onOpen = () => log.setConnection('live');
  const onLost = () => log.setConnection('lost');
  while (!signal.aborted) {
    try {
      const batches = followBatches(api(), id, { after: log.last, signal, onOpen, onLost });
      const breathe = createBreather();
      for await (const batch of batches) {
        log.add(batch);
        await breathe();
      }
      if (signal.aborted) return;
      log.setConnection('over');
      return onEnd();
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) return log.fail(error);
      onLost();
    }
    await new Promise((resolve) => setTimeout(resolve, tryAgainMs));
  }
}
