import type { Writable } from 'node:stream';

/**
 * Writes pieces to a process one by one and ends its input. A piece is written before the next one is
 * asked for, so its memory may be used again: fresh memory for gigabytes keeps the garbage collector
 * busier than everything else here.
 *
 * @throws what the pieces throw, or the error of the pipe when the process went away
 */
export async function feed(pieces: AsyncIterable<Buffer>, stdin: Writable): Promise<void> {
  // Each write reports its own error.
  stdin.on('error', () => undefined);
  for await (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      stdin.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
  stdin.end();
}
