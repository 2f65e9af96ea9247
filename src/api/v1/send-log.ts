import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { isFinal } from '../../service/build-states.ts';
import type { ServiceEvent } from '../../service/log/log-entry.ts';
import { followLog, type LogLine } from '../../service/log/log-reader.ts';
import type { ApiDependencies } from '../dependencies.ts';

type LogStream = {
  readonly deps: Pick<ApiDependencies, 'builds' | 'changes' | 'folders'>;
  /** Number of the last entry that the client has. */
  readonly after: number;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
};

/**
 * Writes a build's log as server-sent events until the build has ended; the last one is `ended`, also for a build that
 * never came to a worker. Each batch is one write: 200,000 lines are not as many system calls.
 *
 * @see WHATWG HTML, Server-sent events
 */
export async function sendLog(
  target: Writable,
  id: string,
  { deps, after, signal }: LogStream,
): Promise<void> {
  const end = watchEnd(id, deps);
  let hasEnded = false;
  try {
    const batches = followLog(deps.folders.ofBuild(id), { after, signal, isOver: end.isReached });
    for await (const batch of batches) {
      hasEnded = batch.at(-1)?.kind === 'ended';
      await write(target, batch.map(formatMessage).join(''), signal);
    }
    if (hasEnded || signal.aborted) return;
    const event = await end.describe();
    if (event === undefined) return;
    const data = JSON.stringify({ at: new Date().toISOString(), event });
    await write(target, formatMessage({ kind: event.kind, data }), signal);
  } finally {
    end.dispose();
  }
}

type Message = Omit<LogLine, 'seq'> & Partial<Pick<LogLine, 'seq'>>;

function formatMessage({ seq, kind, data }: Message): string {
  const id = seq === undefined ? '' : `id: ${seq}\n`;
  return `${id}event: ${kind}\ndata: ${data}\n\n`;
}

/** Waits while the client is slower; one that is gone drains nothing. */
async function write(target: Writable, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || target.write(text)) return;
  await once(target, 'drain', { signal }).catch(() => undefined);
}

/** Asks for the state of a build only after a change of it, or while changes may be missed. */
function watchEnd(id: string, { builds, changes }: LogStream['deps']) {
  let isStale = true;
  const dispose = changes.subscribe((change) => {
    if (change.kind === 'reconnected' || (change.kind === 'build' && change.id === id)) isStale = true;
  });
  const isReached = async () => {
    if (!isStale && changes.isConnected) return false;
    isStale = false;
    const build = await builds.find(id);
    return build === undefined || isFinal(build.state);
  };
  const describe = async (): Promise<ServiceEvent | undefined> => {
    const build = await builds.find(id);
    if (build === undefined || !isFinal(build.state)) return undefined;
    return { kind: 'ended', state: build.state, ...(build.failure && { failure: build.failure }) };
  };
  return { isReached, describe, dispose };
}
