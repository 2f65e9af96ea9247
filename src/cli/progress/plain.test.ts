import { expect, test } from 'vitest';
import type { BuildEvent } from '../../build/events.ts';
import { createPlainProgress } from './plain.ts';

test('each event is one line that begins with its stage', () => {
  let written = '';
  const { onEvent } = createPlainProgress({
    stdout: { write: () => undefined },
    stderr: { write: (text) => (written += text) },
    env: {},
    cwd: () => '/',
    signal: new AbortController().signal,
  });
  const events: BuildEvent[] = [
    { kind: 'stage-started', stage: 'post-install', title: 'Run post_inst.sh' },
    { kind: 'log', stage: 'post-install', line: '\u001b[1mhello\u001b[0m', stream: 'stdout' },
    { kind: 'progress', stage: 'post-install', current: 1, unit: 'packages' },
    { kind: 'stage-finished', stage: 'post-install', outcome: 'failed' },
    { kind: 'warning', message: 'slow', hint: 'use another machine' },
  ];
  for (const event of events) onEvent(event);
  expect(written).toBe(
    [
      'post-install Run post_inst.sh',
      'post-install │ hello',
      'post-install failed in 0.0 s',
      'warning      slow (use another machine)',
      '',
    ].join('\n'),
  );
});
