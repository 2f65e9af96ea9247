import { expect, test } from 'vitest';
import type { CliContext } from '../io.ts';
import { createConversionLine } from './conversion-line.ts';

function contextWith(isTTY: boolean): { context: CliContext; written: string[] } {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text), isTTY };
  const context = {
    stdout: stream,
    stderr: stream,
    env: {},
    cwd: () => '/',
    signal: new AbortController().signal,
  };
  return { context, written };
}

test('a terminal gets one line that says how far it is, and that goes away', () => {
  const { context, written } = contextWith(true);
  const line = createConversionLine(context);
  line.onProgress(45_000_000, 100_000_000);
  line.onProgress(46_000_000, 100_000_000);
  line.onProgress(100_000_000, 100_000_000);
  line.stop();
  line.stop();
  line.onProgress(100_000_000, 100_000_000);
  expect(written).toEqual([
    'Reading the image',
    '\r\u001b[KConverting  45 %  45.0 MB of 100 MB',
    '\r\u001b[KConverting 100 %  100 MB of 100 MB',
    '\r\u001b[K',
  ]);
});

test('nothing else gets anything', () => {
  const { context, written } = contextWith(false);
  const line = createConversionLine(context);
  line.onProgress(1, 2);
  line.stop();
  expect(written).toEqual([]);
});
