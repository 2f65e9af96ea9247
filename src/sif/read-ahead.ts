import type { FileHandle } from 'node:fs/promises';

/** A part of a file, in bytes. */
export type Extent = { readonly offset: number; readonly size: number };

const chunkBytes = 2 ** 20;

/**
 * A part of a file, piece by piece; the next one is read while one is used, which is valid until then. Ends
 * early where the file does.
 */
export async function* readAhead(file: FileHandle, { offset, size }: Extent): AsyncGenerator<Buffer> {
  const end = offset + size;
  const buffers = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)] as const;
  const read = (position: number, buffer: Buffer) => {
    const reading = file.read(buffer, 0, Math.min(chunkBytes, end - position), position);
    // Reported when it is waited for; who has enough before that does not care.
    reading.catch(() => undefined);
    return reading;
  };
  let position = offset;
  for (let [current, other] = buffers, next = read(position, current); position < end; ) {
    const { bytesRead } = await next;
    if (bytesRead === 0) return;
    position += bytesRead;
    if (position < end) next = read(position, other);
    yield current.subarray(0, bytesRead);
    [current, other] = [other, current];
  }
}

/** Asks for the next piece while one is used. A piece must stay valid for that long. */
export async function* prefetch<T>(pieces: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    for (let next = pieces.next(); ; ) {
      const { value, done } = await next;
      if (done) return;
      next = pieces.next();
      // Reported when it is waited for; who has enough before that does not care.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await pieces.return(undefined);
  }
}
