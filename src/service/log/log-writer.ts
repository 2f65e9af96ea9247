import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { formatEvent, type LogEntry, logFiles, type ServiceEvent } from './log-entry.ts';
import { type Mask, maskDeep } from './mask-secrets.ts';

/** Lines are gathered for so long: what a kill -9 can lose. */
const flushEveryMs = 50;
const tailBytes = 64 * 2 ** 10;

export type LogWriter = {
  append(event: ServiceEvent): void;
  /** Writes what is gathered and closes the files. */
  close(): Promise<void>;
  /** Why entries are missing; undefined while all is well. A full disk must not end a build that could succeed. */
  readonly failure: Error | undefined;
};

/**
 * Appends to the log of a build, after what earlier attempts have written; half a line that a killed worker left is
 * cut off.
 *
 * @param folder Made when it is missing.
 */
export async function openLog(
  folder: string,
  { mask, now }: { readonly mask: Mask; readonly now: () => Date },
): Promise<LogWriter> {
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const events = await open(join(folder, logFiles.events), 'a+', 0o640);
  const text = await open(join(folder, logFiles.text), 'a', 0o640);
  let seq = await repair(events);
  let pending = { events: '', text: '' };
  let failure: Error | undefined;
  let writing = Promise.resolve();

  const flush = () => {
    const batch = pending;
    pending = { events: '', text: '' };
    if (batch.events === '') return;
    writing = writing
      .then(async () => {
        // The text first: who has read an entry finds its line.
        await text.appendFile(batch.text);
        await events.appendFile(batch.events);
      })
      .catch((error: Error) => {
        failure ??= error;
      });
  };
  const timer = setInterval(flush, flushEveryMs);

  return {
    append(event) {
      seq += 1;
      const masked = maskDeep(event, mask);
      const entry: LogEntry = { seq, at: now().toISOString(), event: masked };
      pending.events += `${JSON.stringify(entry)}\n`;
      const line = formatEvent(masked);
      if (line !== undefined) pending.text += `${line}\n`;
    },
    async close() {
      clearInterval(timer);
      flush();
      await writing;
      await Promise.all([events.close(), text.close()]);
    },
    get failure() {
      return failure;
    },
  };
}

/** @returns Number of the last entry that is whole. */
async function repair(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const start = Math.max(0, size - tailBytes);
  const buffer = Buffer.alloc(size - start);
  await file.read(buffer, 0, buffer.length, start);
  const end = buffer.lastIndexOf('\n') + 1;
  if (end < buffer.length) await file.truncate(start + end);
  const line = buffer
    .subarray(0, Math.max(0, end - 1))
    .toString('utf8')
    .split('\n')
    .at(-1);
  return line ? (JSON.parse(line) as LogEntry).seq : 0;
}
