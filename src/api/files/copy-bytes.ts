import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';

/** Smaller pieces are slower (64 KiB, Node's own, by three times), larger ones are not faster. */
const pieceBytes = 512 * 2 ** 10;

export type Part = { readonly start: number; readonly end: number };

/**
 * Writes a part of a file as the body of an answer whose head is written, and ends it. There are two buffers, of which
 * one is filled while the other is sent: nothing is allocated on the way, however large the file is.
 *
 * @param part Offsets in bytes, both included.
 * @returns When all of it is sent, or the client is gone.
 */
export async function copyBytes(
  handle: FileHandle,
  target: ServerResponse,
  { start, end }: Part,
): Promise<void> {
  const closed = new Promise<'closed'>((resolve) => target.once('close', () => resolve('closed')));
  const size = Math.min(pieceBytes, end - start + 1);
  const buffers = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)] as const;
  const read = (buffer: Buffer, from: number) =>
    handle.read(buffer, 0, Math.min(buffer.length, end + 1 - from), from);
  let position = start;
  let [current, other] = buffers;
  let reading = read(current, position);
  let sending: Promise<unknown> = Promise.resolve();
  while (position <= end) {
    const { bytesRead } = await reading;
    // What was promised cannot be sent: a client must not take a shorter answer for a whole one.
    if (bytesRead === 0) target.destroy();
    if ((await Promise.race([sending, closed])) === 'closed' || bytesRead === 0) return;
    position += bytesRead;
    sending = write(target, current.subarray(0, bytesRead));
    [current, other] = [other, current];
    if (position <= end) reading = read(current, position);
  }
  await Promise.race([sending, closed]);
  target.end();
}

/** Resolves when the kernel has it: then the buffer may be filled anew. */
function write(target: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => target.write(bytes, () => resolve()));
}
