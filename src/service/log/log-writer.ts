import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppendOnlyFile, openAppendOnly } from './append-only-file.ts';
import { formatEvent, type LogEntry, logFiles, type ServiceEvent } from './log-entry.ts';
import { type Mask, maskDeep } from './mask-secrets.ts';

/** Lines are gathered for so long: what a kill -9 can lose. */
const flushEveryMs = 50;
/** So much waits for a full disk to have room again; what comes later is dropped. */
const maxWaitingChars = 16 * 2 ** 20;

export type LogWriter = {
  append(event: ServiceEvent): void;
  /** Writes what is gathered. */
  flush(): Promise<void>;
  /** Writes what is gathered and closes the files. */
  close(): Promise<void>;
  /** What was or is wrong with the files; a full disk must not end a build that could succeed. */
  readonly failure: Error | undefined;
};

export type LogOptions = { readonly mask: Mask; readonly now: () => Date };

/**
 * Appends to the log of a build, after what earlier attempts have written; half a line that a killed worker left is
 * cut off. What cannot be written is tried again with what comes after it.
 *
 * @param folder Made when it is missing.
 */
export async function openLog(folder: string, { mask, now }: LogOptions): Promise<LogWriter> {
  const files = await openFiles(folder).catch((error: Error) => error);
  let failure = files instanceof Error ? files : undefined;
  let seq = files instanceof Error ? 0 : files.seq;
  let pending = { events: '', text: '' };
  let dropped = 0;
  let writing = Promise.resolve();

  const add = (event: ServiceEvent) => {
    seq += 1;
    const masked = maskDeep(event, mask);
    const entry: LogEntry = { seq, at: now().toISOString(), event: masked };
    pending.events += `${JSON.stringify(entry)}\n`;
    const line = formatEvent(masked);
    if (line !== undefined) pending.text += `${line}\n`;
  };
  const write = async () => {
    const batch = pending;
    pending = { events: '', text: '' };
    if (batch.events === '' || files instanceof Error) return;
    try {
      // The text first: who has read an entry finds its line.
      await files.text.append(batch.text);
      batch.text = '';
      await files.events.append(batch.events);
    } catch (error) {
      failure = error as Error;
      pending = { events: batch.events + pending.events, text: batch.text + pending.text };
    }
  };
  const flush = () => {
    writing = writing.then(write);
    return writing;
  };
  const timer = setInterval(flush, flushEveryMs);

  return {
    append(event) {
      if (pending.events.length > maxWaitingChars) {
        dropped += 1;
        return;
      }
      if (dropped > 0) add({ kind: 'warning', message: toLossMessage(dropped, failure) });
      dropped = 0;
      add(event);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
      if (!(files instanceof Error)) await Promise.all([files.text.close(), files.events.close()]);
    },
    get failure() {
      return failure;
    },
  };
}

type Files = { readonly text: AppendOnlyFile; readonly events: AppendOnlyFile; readonly seq: number };

async function openFiles(folder: string): Promise<Files> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const text = await openAppendOnly(join(folder, logFiles.text));
  const events = await openAppendOnly(join(folder, logFiles.events));
  const last = events.lastLine === '' ? undefined : (JSON.parse(events.lastLine) as LogEntry);
  return { text, events, seq: last?.seq ?? 0 };
}

function toLossMessage(count: number, failure: Error | undefined): string {
  return `${count} entries of the log are lost: ${failure?.message ?? 'they came faster than they could be written'}`;
}
