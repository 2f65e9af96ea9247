import { type FileHandle, open } from 'node:fs/promises';

/** A file of lines that always ends with a whole one, except while it is written to. */
export type AppendOnlyFile = {
  /** Of what was there when it was opened; without its line end, empty for an empty file. */
  readonly lastLine: string;
  /** @param lines With the line end of each. When it throws, none of them is in the file. */
  append(lines: string): Promise<void>;
  close(): Promise<void>;
};

const chunkBytes = 64 * 2 ** 10;
const lineFeed = 0x0a;

/** Opens a file to append to it, and makes it when it is missing; a line that a killed writer left half is cut off. */
export async function openAppendOnly(path: string): Promise<AppendOnlyFile> {
  const file = await open(path, 'a+', 0o640);
  try {
    const { size } = await file.stat();
    let sizeBytes = await findLineEnd(file, size);
    if (sizeBytes < size) await file.truncate(sizeBytes);
    const start = await findLineEnd(file, Math.max(0, sizeBytes - 1));
    const lastLine = (await readPart(file, start, sizeBytes)).toString('utf8').trimEnd();
    return {
      lastLine,
      async append(lines) {
        const bytes = Buffer.from(lines);
        try {
          await file.appendFile(bytes);
          sizeBytes += bytes.length;
        } catch (error) {
          // On a full disk a part of it may have got through.
          await file.truncate(sizeBytes).catch(() => undefined);
          throw error;
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @returns The offset behind the last line feed before `end`; 0 where there is none. */
async function findLineEnd(file: FileHandle, end: number): Promise<number> {
  for (let until = end; until > 0; until -= chunkBytes) {
    const from = Math.max(0, until - chunkBytes);
    const at = (await readPart(file, from, until)).lastIndexOf(lineFeed);
    if (at >= 0) return from + at + 1;
  }
  return 0;
}

async function readPart(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.alloc(to - from);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  return buffer.subarray(0, bytesRead);
}
