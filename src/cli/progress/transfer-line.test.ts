import { expect, test } from 'vitest';
import { createTransferLine, formatTransfer } from './transfer-line.ts';

test('a line says how far, how fast and how long', () => {
  const transfer = { name: 'x.sif', done: 500e6, total: 2e9, moved: 400e6, tookMs: 4_000 };
  expect(formatTransfer(transfer, 120)).toBe(
    'x.sif   25 % [=======>                      ]  500 MB of 2.0 GB  100 MB/s  15.0 s left',
  );
});

test('a long name is cut to what the terminal has', () => {
  const transfer = { name: 'a_very_long_name_of_an_image.sif', done: 1, total: 1, moved: 0, tookMs: 0 };
  expect(formatTransfer(transfer, 80)).toMatch(/^a_very_long_n\S*… {2}100 % \[=+\] {2}1 B of 1 B$/);
  expect(formatTransfer(transfer, 80).length).toBeLessThan(80);
});

test('a terminal sees it redrawn, a file once at the end', () => {
  const write = (isTTY: boolean) => {
    let text = '';
    let now = 0;
    const line = createTransferLine(
      'x.sif',
      { write: (part) => (text += part), isTTY },
      () => (now += 1_000),
    );
    for (const done of [0, 50, 100]) line.onProgress(done, 100);
    line.stop();
    line.stop();
    return text;
  };
  expect(write(true).split('\r')).toHaveLength(5);
  expect(write(false)).toMatch(/^x\.sif {2}100 %[^\n]*\n$/);
});
