import { expect, test } from 'vitest';
import { parseEventStream } from './event-stream.ts';

async function parse(...chunks: string[]) {
  async function* bytes() {
    for (const chunk of chunks) yield new TextEncoder().encode(chunk);
  }
  const messages = [];
  for await (const message of parseEventStream(bytes())) messages.push(message);
  return messages;
}

test('messages are read however the bytes are cut', async () => {
  const text = 'id: 1\nevent: log\ndata: {"a":\ndata: 1}\n\nid: 2\ndata: x\n\n';
  const messages = [
    { id: '1', event: 'log', data: '{"a":\n1}' },
    { id: '2', event: 'message', data: 'x' },
  ];
  expect(await parse(text)).toEqual(messages);
  expect(await parse(...text)).toEqual(messages);
  expect(await parse(...text.replaceAll('\n', '\r\n'))).toEqual(messages);
});

test('comments and what is not complete are no messages', async () => {
  expect(await parse(': heartbeat\n\n', 'id: 3\ndata: half')).toEqual([]);
});
