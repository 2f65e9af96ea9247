/** One message of a server-sent event stream. */
export type StreamMessage = { readonly id: string; readonly event: string; readonly data: string };

/** Takes the text of a stream as it comes, cut anywhere, and gives the messages that it completes. */
export type EventParser = { push(text: string): StreamMessage[] };

/**
 * Reads server-sent events; comments are swallowed.
 *
 * @see HTML Living Standard, §9.2.6 Interpreting an event stream
 */
export function createEventParser(): EventParser {
  let rest = '';
  let fields = emptyFields();
  return {
    push(text) {
      const messages: StreamMessage[] = [];
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line !== '') {
          addField(fields, line);
          continue;
        }
        if (fields.data.length > 0) messages.push({ ...fields, data: fields.data.join('\n') });
        fields = emptyFields();
      }
      return messages;
    },
  };
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
