import { type FileHandle, open } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors/app-error.ts';
import { type ByteRange, parseByteRange } from './byte-range.ts';
import { copyBytes } from './copy-bytes.ts';

export type FileToSend = {
  readonly path: string;
  readonly contentType: string;
  /** Offered as the name to save under; absent: shown by browsers. */
  readonly filename?: string;
  /** Says the digest of the file that was opened, 64 hex digits; absent or undefined: it has no ETag. */
  readonly findSha256?: (opened: FileFacts) => string | undefined;
};

export type FileFacts = { readonly size: number; readonly mtimeMs: number };

/**
 * Sends a file or a part of it, never encoded. The file is opened once: a reader keeps what it began with when another
 * one takes its name.
 *
 * @throws IMAGE_NOT_FOUND - there is no such file
 * @throws API_RANGE - the range begins behind its end
 * @see RFC 9110, §13 (conditional requests), §14 (ranges)
 */
export async function sendFile(
  file: FileToSend,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const handle = await openFile(file);
  try {
    const facts = await handle.stat();
    const { size, mtime } = facts;
    const sha256 = file.findSha256?.(facts);
    const etag = sha256 === undefined ? undefined : `"${sha256}"`;
    setHeaders(file, { etag, mtime, reply });
    if (etag !== undefined && matches(request.headers['if-none-match'], etag)) {
      await handle.close();
      return reply.code(304).send();
    }
    return await sendRange(handle, chooseRange(request, size, etag), { size, request, reply });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFile({ path, filename }: FileToSend): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new AppError('IMAGE_NOT_FOUND', `there is no file ${filename ?? ''}`.trimEnd(), { cause });
  }
}

type Headers = { readonly etag: string | undefined; readonly mtime: Date; readonly reply: FastifyReply };

function setHeaders({ contentType, filename }: FileToSend, { etag, mtime, reply }: Headers): void {
  reply.type(contentType).header('accept-ranges', 'bytes').header('last-modified', mtime.toUTCString());
  reply.header('cache-control', 'no-cache, no-transform');
  if (etag !== undefined) reply.header('etag', etag);
  if (filename !== undefined) reply.header('content-disposition', `attachment; filename="${filename}"`);
}

/** A part is only sent of the file that the client has the beginning of, when it says which. */
function chooseRange({ headers }: FastifyRequest, sizeBytes: number, etag: string | undefined): ByteRange {
  const ifRange = headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) return { kind: 'whole' };
  return parseByteRange(headers.range, sizeBytes);
}

type Target = { readonly size: number; readonly request: FastifyRequest; readonly reply: FastifyReply };

async function sendRange(
  handle: FileHandle,
  range: ByteRange,
  { size, request, reply }: Target,
): Promise<FastifyReply> {
  if (range.kind === 'unsatisfiable') {
    reply.header('content-range', `bytes */${size}`);
    throw new AppError('API_RANGE', `the file has ${size} bytes, which the range begins behind`);
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: size - 1 };
  if (range.kind === 'part') reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
  reply.header('content-length', end - start + 1);
  if (request.method === 'HEAD' || size === 0) {
    await handle.close();
    // As a stream, for Fastify sets the length of anything else anew.
    return reply.send(Readable.from([]));
  }
  try {
    reply.hijack();
    reply.raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
    await copyBytes(handle, reply.raw, { start, end });
  } catch (error) {
    // The head is gone out: all that can still be said is that this is not the whole file.
    request.log.error({ err: error }, 'a file could not be read to its end');
    reply.raw.destroy();
  } finally {
    await handle.close();
  }
  return reply;
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((item) => ['*', etag].includes(item.trim().replace(/^W\//, '')));
}
