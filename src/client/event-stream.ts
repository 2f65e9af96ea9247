/** One message of a server-sent event stream. */
export type StreamMessage = { readonly id: string; readonly event: string; readonly data: string };

/**
 * Reads a server-sent event stream; comments are swallowed.
 *
 * @param onBytes Told of everything that arrives, comments too.
 * @see HTML Living Standard, §9.2.6 Interpreting an event stream
 */
export async function* parseEventStream(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void = () => undefined,
): AsyncGenerator<StreamMessage, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields = emptyFields();
  for await (const chunk of body) {
    onBytes();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        addField(fields, line);
        continue;
      }
      if (fields.data.length > 0) yield { ...fields, data: fields.data.join('\n') };
      fields = emptyFields();
    }
  }
}

type Fields = { id: string; event: string; readonly data: string[] };

function emptyFields(): Fields {
  return { id: '', event: 'message', data: [] };
}

function addField(fields: Fields, line: string): void {
  const colon = line.indexOf(':');
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'id') fields.id = value;
  if (name === 'event') fields.event = value;
  if (name === 'data') fields.data.push(value);
}
