import { expect, test } from 'vitest';
import { createEventParser } from './event-stream.ts';

function parse(...chunks: string[]) {
  const parser = createEventParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

test('messages are read however the bytes are cut', () => {
  const text = 'id: 1\nevent: log\ndata: {"a":\ndata: 1}\n\nid: 2\ndata: x\n\n';
  const messages = [
    { id: '1', event: 'log', data: '{"a":\n1}' },
    { id: '2', event: 'message', data: 'x' },
  ];
  expect(parse(text)).toEqual(messages);
  expect(parse(...text)).toEqual(messages);
  expect(parse(...text.replaceAll('\n', '\r\n'))).toEqual(messages);
});

test('comments and what is not complete are no messages', () => {
  expect(parse(': heartbeat\n\n', 'id: 3\ndata: half')).toEqual([]);
});
