import { AppError, isAppError } from '../errors/app-error.ts';
import type { LogEntry } from '../service/log/log-entry.ts';
import { requireData, type ServiceClient } from './client.ts';
import { createEventParser, type StreamMessage } from './event-stream.ts';
import { isPassing } from './service-error.ts';

export type { LogEntry } from '../service/log/log-entry.ts';

export type FollowOptions = {
  /** Entries up to this one are left out; default all are given. */
  readonly after?: number;
  readonly signal: AbortSignal;
  /** Told when the service has answered, each time anew. */
  readonly onOpen?: () => void;
  /** Told when the connection was lost; it is made anew. */
  readonly onLost?: (error: unknown) => void;
  /** Waits; for tests. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** The service says something every 30 s. */
const silenceMs = 75_000;
const firstDelayMs = 500;
const longestDelayMs = 10_000;
/** So many tries in a row, together some five minutes. */
const maxTries = 35;

/**
 * Gives the log of a build as it is written, from its beginning or any later place to its end, each entry once. A lost
 * connection is made anew after what was read last: a restart of the service is only a pause.
 *
 * @throws BUILD_NOT_FOUND, AUTH_REQUIRED, AUTH_INVALID; SERVICE_UNREACHABLE - at the first try, or after five minutes
 */
export async function* followBuild(
  client: ServiceClient,
  id: string,
  options: FollowOptions,
): AsyncGenerator<LogEntry, void, undefined> {
  for await (const batch of followBatches(client, id, options)) yield* batch;
}

/**
 * The same in batches, as they arrive: a step of a generator for each of 200,000 lines takes longer than to read them.
 *
 * @throws as {@link followBuild}
 */
export async function* followBatches(
  client: ServiceClient,
  id: string,
  { after = 0, signal, onOpen, onLost, sleep = defaultSleep }: FollowOptions,
): AsyncGenerator<readonly LogEntry[], void, undefined> {
  let last = after;
  const patience = createPatience();
  const noteOpen = () => {
    patience.renew();
    onOpen?.();
  };
  while (!signal.aborted) {
    try {
      for await (const batch of readEvents(client, id, { after: last, signal, onOpen: noteOpen })) {
        // What the service says of a build that never ran has no number.
        last = batch.findLast(({ seq }) => seq > 0)?.seq ?? last;
        yield batch;
        if (batch.at(-1)?.event.kind === 'ended') return;
      }
      // A build that was cancelled while it waited has no log.
      if (await isOver(client, id)) return;
    } catch (error) {
      if (signal.aborted) return;
      patience.spend(error);
      onLost?.(error);
    }
    await sleep(patience.delayMs(), signal);
  }
}

/** How long a lost connection is tried for; a first one that fails is told at once. */
function createPatience() {
  let tries = 0;
  let wasConnected = false;
  return {
    renew() {
      wasConnected = true;
      tries = 0;
    },
    spend(error: unknown) {
      if (!isPassing(error) || !wasConnected || tries >= maxTries) throw error;
      tries += 1;
    },
    delayMs: () => Math.min(longestDelayMs, firstDelayMs * 2 ** tries),
  };
}

type ReadOptions = {
  readonly after: number;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
};

async function* readEvents(
  client: ServiceClient,
  id: string,
  { after, signal, onOpen }: ReadOptions,
): AsyncGenerator<readonly LogEntry[], void, undefined> {
  const silence = new AbortController();
  const giveUp = () =>
    silence.abort(new AppError('SERVICE_UNREACHABLE', 'the service has said nothing for long'));
  let timer = setTimeout(giveUp, silenceMs);
  const onBytes = () => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, silenceMs);
  };
  try {
    const answer = client.GET('/api/v1/builds/{id}/events', {
      params: { path: { id } },
      headers: { 'last-event-id': String(after), accept: 'text/event-stream' },
      parseAs: 'stream',
      signal: AbortSignal.any([signal, silence.signal]),
    });
    const body = await requireData(answer);
    onOpen();
    if (body === null) return;
    const decoder = new TextDecoder();
    const parser = createEventParser();
    for await (const bytes of readChunks(body as unknown as ReadableStream<Uint8Array>)) {
      onBytes();
      const messages = parser.push(decoder.decode(bytes, { stream: true }));
      if (messages.length > 0) yield toEntries(messages);
    }
  } catch (error) {
    throw toLost(error, signal);
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** Safari's streams cannot be iterated over. */
async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { value } = await reader.read();
      if (value === undefined) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** All of them as one document: to parse 200,000 small ones takes much longer. */
function toEntries(messages: readonly StreamMessage[]): LogEntry[] {
  const parsed = JSON.parse(`[${messages.map(({ data }) => data).join(',')}]`) as Omit<LogEntry, 'seq'>[];
  return parsed.map(({ at, event }, index) => ({ seq: Number(messages[index]?.id), at, event }));
}

/** A stream that breaks off is a lost connection, whatever words it has for that. */
function toLost(error: unknown, signal: AbortSignal): unknown {
  if (isAppError(error) || signal.aborted) return error;
  return new AppError('SERVICE_UNREACHABLE', 'the connection to the service was lost', { cause: error });
}

async function isOver(client: ServiceClient, id: string): Promise<boolean> {
  const build = await requireData(client.GET('/api/v1/builds/{id}', { params: { path: { id } } }));
  return build.state !== 'queued' && build.state !== 'running';
}

function defaultSleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
