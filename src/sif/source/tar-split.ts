import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../errors/app-error.ts';

/** A part of a tar archive: its own bytes, or the content of a file that lies elsewhere. */
export type ArchivePart = Buffer | StoredContent;

export type StoredContent = {
  /** As a byte string relative to the layer's folder. */
  readonly name: Buffer;
  readonly sizeBytes: number;
};

/** A line of tar-split: a segment of the archive (2), or a member (1). Bytes are in base64. */
type Entry =
  | { readonly type: 2; readonly payload: string }
  | { readonly type: 1; readonly name?: string; readonly name_raw?: string; readonly size?: number };

const newline = 0x0a;

/**
 * Reads what a tar archive has around the contents of its files, as containers-storage keeps it of each layer.
 *
 * @throws SIF_SOURCE_INVALID - not a readable tar-split file
 * @see github.com/vbatts/tar-split, tar/storage/entry.go
 */
export async function* readTarSplit(path: string): AsyncGenerator<ArchivePart> {
  try {
    for await (const line of readLines(path)) {
      const entry = JSON.parse(line) as Entry;
      if (entry.type === 2) yield Buffer.from(entry.payload, 'base64');
      else if (entry.size) yield { name: readName(entry), sizeBytes: entry.size };
    }
  } catch (error) {
    throw new AppError(
      'SIF_SOURCE_INVALID',
      `the layer's description ${path} cannot be read: ${String(error)}`,
      {
        hint: 'the engine may have removed the image: build again',
        cause: error,
      },
    );
  }
}

/** Names that are no UTF-8 are kept beside the text. */
function readName({ name, name_raw: raw }: Extract<Entry, { type: 1 }>): Buffer {
  return raw === undefined ? Buffer.from(name ?? '') : Buffer.from(raw, 'base64');
}

async function* readLines(path: string): AsyncGenerator<string> {
  // Errors reach whoever reads the last stream.
  const stream = pipeline(createReadStream(path), createGunzip({ chunkSize: 2 ** 20 }), () => undefined);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      yield bytes.toString('utf8', start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
