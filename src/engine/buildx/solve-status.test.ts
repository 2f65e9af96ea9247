import { expect, test } from 'vitest';
import { createStatusReader, type SolveStatus } from './solve-status.ts';

function readAll(text: string): { readonly statuses: SolveStatus[]; readonly texts: string[] } {
  const statuses: SolveStatus[] = [];
  const texts: string[] = [];
  const read = createStatusReader(
    (status) => statuses.push(status),
    (line) => texts.push(line),
  );
  for (const line of text.split('\n')) read(line);
  return { statuses, texts };
}

const status = { vertexes: [{ digest: 'sha256:1', name: '[stage-0 1/2] RUN echo "}"' }] };

test('reports are read in one line each and indented over several', () => {
  const text = `${JSON.stringify(status)}\n${JSON.stringify(status, null, 2)}\n${JSON.stringify(status)}`;
  expect(readAll(text)).toEqual({ statuses: [status, status, status], texts: [] });
});

test('what the client says itself is told apart', () => {
  const { statuses, texts } = readAll(`${JSON.stringify(status)}\nDockerfile:2\nERROR: failed to solve`);
  expect(statuses).toEqual([status]);
  expect(texts).toEqual(['Dockerfile:2', 'ERROR: failed to solve']);
});

test('a report that is cut off is text', () => {
  expect(readAll('{"vertexes": [}').texts).toEqual(['{"vertexes": [}']);
});
