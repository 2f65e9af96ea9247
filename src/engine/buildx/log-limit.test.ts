import { expect, test } from 'vitest';
import type { EngineEvent } from '../events.ts';
import { warnOfLogLimit } from './log-limit.ts';

test('lines that BuildKit leaves out are warned of once, after the line that says so', () => {
  const events: EngineEvent[] = [];
  const listener = warnOfLogLimit((event) => events.push(event));
  const lines = ['one', '[output clipped, log limit 200KiB/s reached]', 'two'];
  for (const line of [...lines, ...lines]) listener({ kind: 'log', stage: 'apt', line, stream: 'stderr' });
  expect(events.map(({ kind }) => kind)).toEqual(['log', 'log', 'warning', 'log', 'log', 'log', 'log']);
  expect(events[2]).toMatchObject({ message: expect.stringContaining('200KiB/s') });
});
