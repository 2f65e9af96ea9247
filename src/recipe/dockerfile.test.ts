import { expect, test } from 'vitest';
import {
  formatCopy,
  formatEnv,
  formatExecRun,
  formatLabels,
  formatLiteralEnv,
  formatRun,
} from './dockerfile.ts';

test('label values are literal: quotes, backslashes and dollars do not reach the Dockerfile parser', () => {
  expect(formatLabels({ a: 'say "hi" \\ $HOME' })).toBe('LABEL "a"="say \\"hi\\" \\\\ \\$HOME"');
});

test('a line break in a label cannot start a new instruction', () => {
  expect(formatLabels({ a: 'x\nRUN rm -rf /' })).not.toContain('\n');
});

test('paths with spaces are copied as one path', () => {
  expect(formatCopy(['a b'], '/c d/', { from: 'x' })).toBe('COPY --from=x ["a b","/c d/"]');
});

test('script lines are joined so that the first failure ends the RUN', () => {
  expect(formatRun(['false', 'true'])).toBe('RUN false && \\\n    true');
});

test('an environment value can build on an earlier one', () => {
  expect(formatEnv({ PATH: '/opt/x:$PATH' })).toBe('ENV PATH="/opt/x:$PATH"');
});

test('a literal environment value reaches no parser', () => {
  expect(formatLiteralEnv({ A: '$HOME "x" \\', B: "it's" })).toBe(
    'ENV A="\\$HOME \\"x\\" \\\\" \\\n    B="it\'s"',
  );
});

test('a RUN in exec form is one line, whatever its words hold', () => {
  expect(formatExecRun(['bash', '-c', 'a "b"\ncat <<EOF\n$x\nEOF'])).toBe(
    'RUN ["bash","-c","a \\"b\\"\\ncat <<EOF\\n$x\\nEOF"]',
  );
});
