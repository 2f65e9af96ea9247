import { watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { logFiles } from './log-entry.ts';

const chunkBytes = 256 * 2 ** 10;
/** Where the kernel tells nothing about the file (network file systems), and until there is one. */
const pollEveryMs = 500;

/** A `LogEntry` as it is handed on, still JSON: nobody on the way looks into 200,000 of them. */
export type LogLine = {
  /** Counts from 1 without gaps. */
  readonly seq: number;
  /** `event.kind` of the entry: `log`, `ended`. */
  readonly kind: string;
  /** The entry without `seq`: a JSON object of `at` and `event`, in one line. */
  readonly data: string;
};

export type FollowOptions = {
  /** Entries up to this one are left out; 0 for all. */
  readonly after: number;
  readonly signal: AbortSignal;
  /** Asked at the end of the file: true when nothing will follow although no `ended` was written. */
  readonly isOver: () => Promise<boolean>;
};

/**
 * Reads a build's log from any place and follows it until the build has ended: batches of lines, as they come.
 * Reading changes nothing, and any number may read at a time.
 */
export async function* followLog(
  folder: string,
  { after, signal, isOver }: FollowOptions,
): AsyncGenerator<readonly LogLine[], void, undefined> {
  const path = join(folder, logFiles.events);
  let reader: LineReader | undefined;
  let isLastLook = false;
  try {
    while (!signal.aborted) {
      reader ??= await openIfThere(path);
      const lines = (await reader?.readLines()) ?? [];
      const news = readNews(lines, after);
      if (news.length > 0) yield news;
      if (news.at(-1)?.kind === 'ended') return;
      if (lines.length > 0) continue;
      if (isLastLook) return;
      // What was written while this was asked is read before the end.
      isLastLook = await isOver();
      if (!isLastLook) await waitForChange(path, signal);
    }
  } finally {
    await reader?.close();
  }
}

/** As the writer writes it. */
const linePattern = /^\{"seq":(\d+),("at":"[^"]*","event":\{"kind":"([a-z-]+)".*)$/;

/** What a client has not yet; what a crash of the machine has left of a line is passed over. */
function readNews(lines: readonly string[], after: number): LogLine[] {
  return lines.flatMap((line) => {
    const [, number, rest, kind] = linePattern.exec(line) ?? [];
    const seq = Number(number);
    return rest !== undefined && kind !== undefined && seq > after ? [{ seq, kind, data: `{${rest}` }] : [];
  });
}

type LineReader = {
  /** Whole lines that follow; none at the end of the file, or where its last line is not whole. */
  readLines(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/**
 * Half a line is read again later instead of being kept: when its writer is killed, the next one cuts it off and writes
 * another one there.
 */
function createLineReader(file: FileHandle): LineReader {
  let position = 0;
  let buffer = Buffer.alloc(chunkBytes);
  return {
    async readLines() {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        const end = buffer.subarray(0, bytesRead).lastIndexOf('\n');
        if (end >= 0) {
          position += end + 1;
          return buffer.toString('utf8', 0, end).split('\n');
        }
        if (bytesRead < buffer.length) return [];
        buffer = Buffer.alloc(2 * buffer.length);
      }
    },
    close: () => file.close(),
  };
}

async function openIfThere(path: string): Promise<LineReader | undefined> {
  try {
    return createLineReader(await open(path, 'r'));
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
