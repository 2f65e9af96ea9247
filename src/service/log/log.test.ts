import { appendFile, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildEvent } from '../../build/events.ts';
import { type LogEntry, logFiles, type ServiceEvent } from './log-entry.ts';
import { followLog, type LogLine } from './log-reader.ts';
import { type LogWriter, openLog } from './log-writer.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-log-'));
});

afterEach(() => rm(folder, { recursive: true }));

const options = { mask: (text: string) => text, now: () => new Date('2026-01-02T03:04:05.678Z') };
const events = () => join(folder, logFiles.events);
const text = () => readFile(join(folder, logFiles.text), 'utf8');

function say(line: string): BuildEvent {
  return { kind: 'log', stage: 'finish', line, stream: 'stdout' };
}

const ended: ServiceEvent = { kind: 'ended', state: 'succeeded' };

async function writeAll(...all: readonly ServiceEvent[]): Promise<LogWriter> {
  const log = await openLog(folder, options);
  for (const event of all) log.append(event);
  await log.close();
  return log;
}

type Reading = { readonly after?: number; readonly signal?: AbortSignal; readonly isOver?: boolean };

async function readAll({ after = 0, signal, isOver = true }: Reading = {}): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const never = new AbortController().signal;
  const batches = followLog(folder, { after, signal: signal ?? never, isOver: async () => isOver });
  for await (const batch of batches) entries.push(...batch.map(toEntry));
  return entries;
}

function toEntry({ seq, kind, data }: LogLine): LogEntry {
  const entry = { seq, ...(JSON.parse(data) as Omit<LogEntry, 'seq'>) };
  expect(entry.event.kind).toBe(kind);
  return entry;
}

const linesOf = (entries: readonly LogEntry[]) =>
  entries.map(({ event }) => (event.kind === 'log' ? event.line : event.kind));

describe('a log', () => {
  test('is read as it was written, in entries and as text', async () => {
    await writeAll(say('one'), { kind: 'warning', message: 'old', hint: 'renew' }, ended);
    expect(await readAll()).toEqual([
      { seq: 1, at: '2026-01-02T03:04:05.678Z', event: say('one') },
      {
        seq: 2,
        at: '2026-01-02T03:04:05.678Z',
        event: { kind: 'warning', message: 'old', hint: 'renew' },
      },
      { seq: 3, at: '2026-01-02T03:04:05.678Z', event: ended },
    ]);
    expect(await text()).toBe('one\nwarning: old (renew)\n==> succeeded\n');
  });

  test('ends with the error and what to do about it', async () => {
    const failure = { code: 'ENGINE_BUILD_FAILED', message: 'pip failed', hint: 'look above' } as const;
    await writeAll({ kind: 'ended', state: 'failed', failure });
    expect(await text()).toBe('==> failed: pip failed\n    look above\n');
  });

  test('is masked before anything is written', async () => {
    const mask = (value: string) => value.replaceAll('hunter2', '***');
    const log = await openLog(folder, { ...options, mask });
    log.append(say('password=hunter2'));
    await log.close();
    expect(await readFile(events(), 'utf8')).not.toContain('hunter2');
    expect(await text()).toBe('password=***\n');
  });

  test('goes on after what earlier attempts have written', async () => {
    await writeAll(say('one'), say('two'));
    await writeAll({ kind: 'attempt-started', attempt: 2 }, say('three'));
    expect((await readAll()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(await text()).toBe('one\ntwo\n==> attempt 2: the service was interrupted\nthree\n');
  });

  test.each([
    ['half an entry', '{"seq":3,"at":"2026'],
    ['half of a long entry', `{"seq":3,"line":"${'x'.repeat(200_000)}`],
  ])('loses %s that a killed worker left', async (_what, half) => {
    await writeAll(say('one'), say('two'));
    await appendFile(events(), half);
    await appendFile(join(folder, logFiles.text), 'three, but');
    await writeAll(say('three'), ended);
    expect(linesOf(await readAll())).toEqual(['one', 'two', 'three', 'ended']);
    expect(await text()).toBe('one\ntwo\nthree\n==> succeeded\n');
  });

  test('keeps its numbers when its last entry is long', async () => {
    const long = 'x'.repeat(300_000);
    await writeAll(say('one'), say(long));
    await writeAll(say('three'));
    expect((await readAll()).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('has everything that was appended when flush has come back', async () => {
    const log = await openLog(folder, options);
    log.append(say('one'));
    await log.flush();
    expect(linesOf(await readAll())).toEqual(['one']);
    log.append(say('two'));
    await log.flush();
    expect(linesOf(await readAll())).toEqual(['one', 'two']);
    await log.close();
  });

  test('of a disk that is full says so, and ends no build', async () => {
    await symlink('/dev/full', join(folder, logFiles.text));
    const log = await writeAll(say('one'));
    expect(log.failure).toMatchObject({ code: 'ENOSPC' });
  });

  test('that cannot be opened says so, and ends no build', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const log = await openLog(join(file, 'log'), options);
    log.append(say('one'));
    await log.flush();
    await log.close();
    expect(log.failure).toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('a reader', () => {
  test('goes on behind the entry that it names', async () => {
    await writeAll(say('one'), say('two'), say('three'), ended);
    expect(linesOf(await readAll({ after: 2 }))).toEqual(['three', 'ended']);
    expect(await readAll({ after: 4 })).toEqual([]);
    expect(await readAll({ after: 400 })).toEqual([]);
  });

  test('follows what is written, and ends with the build', async () => {
    const reading = [
      readAll({ isOver: false }),
      readAll({ isOver: false }),
      readAll({ isOver: false, after: 1 }),
    ];
    const log = await openLog(folder, options);
    for (const line of ['one', 'two', 'three']) {
      log.append(say(line));
      await log.flush();
    }
    log.append(ended);
    await log.close();
    const [first, second, late] = (await Promise.all(reading)).map(linesOf);
    expect(first).toEqual(['one', 'two', 'three', 'ended']);
    expect(second).toEqual(first);
    expect(late).toEqual(['two', 'three', 'ended']);
  });

  test('waits for the other half of a line', async () => {
    await writeFile(events(), '{"seq":1,"at":"x","event":{"kind":"log","li');
    const reading = readAll({ isOver: false });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await appendFile(events(), 'ne":"one"}}\n{"seq":2,"at":"x","event":{"kind":"ended","state":"failed"}}\n');
    expect(linesOf(await reading)).toEqual(['one', 'ended']);
  });

  test('is not confused when half a line is replaced by another one', async () => {
    await writeAll(say('one'));
    const { length } = await readFile(events());
    await appendFile(events(), '{"seq":2,"at":"x","event":{"kind":"log","line":"lost');
    const reading = readAll({ isOver: false });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await truncate(events(), length);
    await writeAll(say('two'), ended);
    expect(linesOf(await reading)).toEqual(['one', 'two', 'ended']);
  });

  test('of lines longer than what is read at once gets them whole', async () => {
    const long = 'ä'.repeat(1_000_000);
    await writeAll(say('one'), say(long), ended);
    expect(linesOf(await readAll())).toEqual(['one', long, 'ended']);
  });

  test('ends where a build ended without a last word, after what was written meanwhile', async () => {
    await writeAll(say('one'));
    const batches = followLog(folder, {
      after: 0,
      signal: new AbortController().signal,
      isOver: async () => {
        await writeAll(say('two'));
        return true;
      },
    });
    const entries: LogEntry[] = [];
    for await (const batch of batches) entries.push(...batch.map(toEntry));
    expect(linesOf(entries)).toEqual(['one', 'two']);
  });

  test('passes over what a crash of the machine has left of a line', async () => {
    await writeAll(say('one'), ended);
    const [one, last] = (await readFile(events(), 'utf8')).split('\n');
    await writeFile(events(), `${[one, '\0'.repeat(100), '{"seq":2,"at":', last].join('\n')}\n`);
    expect(linesOf(await readAll())).toEqual(['one', 'ended']);
  });

  test('of a build without a log waits for one, or for the end', async () => {
    expect(await readAll({ isOver: true })).toEqual([]);
    const gone = new AbortController();
    const reading = readAll({ isOver: false, signal: gone.signal });
    gone.abort();
    expect(await reading).toEqual([]);
  });
});
