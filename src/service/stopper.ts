import type { Claim } from './ports.ts';
import type { StopReason } from './stop-reason.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** What can end a running build early; the first reason counts. */
export type Stopper = {
  readonly signal: AbortSignal;
  reason(): StopReason | undefined;
  stop(reason: StopReason): void;
  /** The build has said something. */
  heard(): void;
  dispose(): void;
};

/** Watches a build for a user's cancel, its time limits, the end of the service, and another worker that takes it. */
export function createStopper(
  claim: Claim,
  { store, changes, limits, shutdown, onFault }: WorkerDependencies,
): Stopper {
  const { id } = claim;
  const controller = new AbortController();
  let reason: StopReason | undefined;
  const stop = (why: StopReason) => {
    reason ??= why;
    controller.abort();
  };
  const look = () => {
    store.look(claim).then(
      (status) => status !== 'held' && stop({ kind: status === 'lost' ? 'lost' : 'cancelled' }),
      (error) => onFault(error, id),
    );
  };
  const unsubscribe = changes.subscribe((change) => {
    if (change.kind === 'reconnected' || (change.kind === 'build' && change.id === id)) look();
  });
  const onShutdown = () => stop({ kind: 'shutdown' });
  shutdown.addEventListener('abort', onShutdown);
  if (shutdown.aborted) onShutdown();
  look();
  const total = setTimeout(() => stop({ kind: 'too-long', limitMs: limits.totalMs }), limits.totalMs);
  const silence = setTimeout(() => stop({ kind: 'silent', limitMs: limits.silentMs }), limits.silentMs);
  return {
    signal: controller.signal,
    reason: () => reason,
    stop,
    heard: () => silence.refresh(),
    dispose() {
      unsubscribe();
      shutdown.removeEventListener('abort', onShutdown);
      clearTimeout(total);
      clearTimeout(silence);
    },
  };
}
