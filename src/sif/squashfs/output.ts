import type { FileHandle } from 'node:fs/promises';

/** The file system's bytes from front to back. */
export type Output = {
  /** Where the next byte goes, from the start of the file system. */
  position(): number;
  /** The bytes may be used again afterwards. */
  write(bytes: Buffer): Promise<void>;
  /** Forgets everything from an earlier position on. */
  rewind(position: number): void;
  flush(): Promise<void>;
};

const bufferBytes = 2 ** 20;

/**
 * Joins small writes.
 *
 * @param start Where the file system starts in the file.
 */
export function createOutput(file: FileHandle, start: number): Output {
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  let written = 0;
  let used = 0;
  const flush = async () => {
    await writeAll(file, buffer.subarray(0, used), start + written);
    written += used;
    used = 0;
  };
  return {
    position: () => written + used,
    async write(bytes) {
      for (let done = 0; done < bytes.length; ) {
        const copied = bytes.copy(buffer, used, done);
        used += copied;
        done += copied;
        if (used === bufferBytes) await flush();
      }
    },
    rewind(position) {
      used = Math.max(0, position - written);
      written = Math.min(written, position);
    },
    flush,
  };
}

/** A file system that is nearly full takes a part, and says so only at the next one. */
export async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
