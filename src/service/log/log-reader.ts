import { watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LogEntry, logFiles } from './log-entry.ts';

const chunkBytes = 256 * 2 ** 10;
/** Where the kernel tells nothing about the file (network file systems), and until there is one. */
const pollEveryMs = 500;

export type FollowOptions = {
  /** Entries up to this one are left out; 0 for all. */
  readonly after: number;
  readonly signal: AbortSignal;
  /** Asked at the end of the file: true when nothing will follow although no `ended` was written. */
  readonly isOver: () => Promise<boolean>;
};

/**
 * Reads a build's log from any place and follows it until the build has ended: batches of entries, as they come.
 * Reading changes nothing, and any number may read at a time.
 */
export async function* followLog(
  folder: string,
  { after, signal, isOver }: FollowOptions,
): AsyncGenerator<readonly LogEntry[], void, undefined> {
  const path = join(folder, logFiles.events);
  const lines = createEntryParser();
  let file: FileHandle | undefined;
  let position = 0;
  let isLastLook = false;
  const buffer = Buffer.alloc(chunkBytes);
  try {
    while (!signal.aborted) {
      file ??= await openIfThere(path);
      const { bytesRead } = (await file?.read(buffer, 0, chunkBytes, position)) ?? { bytesRead: 0 };
      position += bytesRead;
      const entries = lines.push(buffer.subarray(0, bytesRead)).filter(({ seq }) => seq > after);
      if (entries.length > 0) yield entries;
      if (lines.isEnded()) return;
      if (bytesRead > 0) continue;
      if (isLastLook) return;
      // What was written while this was asked is read before the end.
      isLastLook = await isOver();
      if (!isLastLook) await waitForChange(path, signal);
    }
  } finally {
    await file?.close();
  }
}

/** Puts lines together that the chunks cut. */
function createEntryParser() {
  let rest = Buffer.alloc(0);
  let last: LogEntry | undefined;
  return {
    push(chunk: Buffer): LogEntry[] {
      const end = chunk.lastIndexOf('\n') + 1;
      if (end === 0) {
        rest = Buffer.concat([rest, chunk]);
        return [];
      }
      const whole = Buffer.concat([rest, chunk.subarray(0, end - 1)]).toString('utf8');
      rest = Buffer.from(chunk.subarray(end));
      const entries = whole.split('\n').map((line) => JSON.parse(line) as LogEntry);
      last = entries.at(-1) ?? last;
      return entries;
    },
    isEnded: () => last?.event.kind === 'ended',
  };
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function waitForChange(path: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const watcher = tryToWatch(path, () => done()) ?? tryToWatch(dirname(path), () => done());
    const timer = setTimeout(() => done(), pollEveryMs);
    const done = () => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

function tryToWatch(path: string, onChange: () => void) {
  try {
    const watcher = watch(path, onChange);
    watcher.on('error', () => undefined);
    return watcher;
  } catch {
    return undefined;
  }
}
