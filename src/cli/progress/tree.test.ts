import { expect, test } from 'vitest';
import type { BuildEvent } from '../../build/events.ts';
import { plainPaint } from '../paint.ts';
import { createBuildView, updateBuildView } from './build-view.ts';
import { formatTree } from './tree.ts';

const screen = { columns: 61, rows: 20 };

function show(events: readonly (readonly [number, BuildEvent])[], nowMs: number, size = screen): string {
  const view = events.reduce((seen, [atMs, event]) => updateBuildView(seen, event, atMs), createBuildView(0));
  return formatTree(view, nowMs, size, plainPaint);
}

const apt: BuildEvent = { kind: 'stage-started', stage: 'apt', title: 'Install apt packages' };
const log = (line: string): BuildEvent => ({ kind: 'log', stage: 'apt', line, stream: 'stdout' });

test('a running stage shows its time and its last lines', () => {
  const text = show(
    [
      [0, apt],
      [10, log('Get:1 file')],
      [20, log('Unpacking')],
    ],
    1500,
  );
  expect(text.split('\n')).toEqual([
    '  ⠴ Install apt packages                               1.5 s',
    '    │ Get:1 file',
    '    │ Unpacking',
  ]);
});

test('a finished stage keeps its time and hides its lines', () => {
  const done: BuildEvent = { kind: 'stage-finished', stage: 'apt', outcome: 'done' };
  expect(
    show(
      [
        [0, apt],
        [10, log('x')],
        [4000, done],
      ],
      99_000,
    ),
  ).toBe('  ✓ Install apt packages                               4.0 s');
});

test('cached, failed and progress are told', () => {
  const text = show(
    [
      [0, apt],
      [0, { kind: 'stage-cached', stage: 'apt' }],
      [10, { kind: 'stage-finished', stage: 'apt', outcome: 'done' }],
      [10, { kind: 'stage-started', stage: 'convert', title: 'Convert to x.sif' }],
      [20, { kind: 'progress', stage: 'convert', current: 5e6, total: 2.5e9, unit: 'bytes' }],
      [30, { kind: 'stage-started', stage: 'pip', title: 'Install pip packages' }],
      [40, { kind: 'stage-finished', stage: 'pip', outcome: 'failed' }],
    ],
    1010,
  );
  expect(text).toContain('✓ Install apt packages                     cached    0.0 s');
  expect(text).toContain('Convert to x.sif                5.0 MB / 2.5 GB    1.0 s');
  expect(text).toContain('✗ Install pip packages');
});

test('lines of programs neither wrap nor control the terminal', () => {
  const text = show(
    [
      [0, apt],
      [1, log(`\u001b[31m${'x'.repeat(200)}\u0007\tend`)],
    ],
    10,
  );
  expect(text.split('\n').every((line) => line.length < screen.columns)).toBe(true);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('on a small terminal the newest rows stay', () => {
  const stages = (['resolve', 'base', 'apt', 'pip', 'step', 'finish'] as const).map(
    (stage, index) => [index, { kind: 'stage-started', stage, title: stage } as BuildEvent] as const,
  );
  const lines = show(stages, 10, { columns: 40, rows: 4 }).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.at(-1)).toContain('finish');
});

test('warnings stay visible', () => {
  expect(show([[0, { kind: 'warning', message: 'QEMU is slow', hint: 'use a native node' }]], 1)).toBe(
    '  ! QEMU is slow (use a native node)',
  );
});
