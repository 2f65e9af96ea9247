import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceAddress } from '../../client/client.ts';
import { isPassing, toServiceError, toUnreachable } from '../../client/service-error.ts';
import { AppError, isAppError } from '../../errors/app-error.ts';

export type DownloadOptions = {
  /** Made when it is missing. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onProgress: (bytesDone: number, bytesTotal: number) => void;
};

export type Downloaded = {
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
};

type Remote = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sha256: string;
  readonly sizeBytes: number;
};

const maxTries = 12;
const longestDelayMs = 10_000;
/** A connection over which nothing comes for so long is dead. */
const silenceMs = 60_000;

/**
 * Downloads a SIF. What is there of it already is kept beside its place, under a name with its checksum, and is gone on
 * from, also after the program was killed; the file gets its own name when all of it is there and its checksum is right.
 *
 * @throws IMAGE_NOT_FOUND, AUTH_INVALID, SERVICE_UNREACHABLE
 * @throws DOWNLOAD_FAILED - it cannot be written, or is not what the service says it is
 */
export async function downloadFile(
  address: ServiceAddress,
  filename: string,
  options: DownloadOptions,
): Promise<Downloaded> {
  const remote = await findRemote(address, filename, options.signal);
  const { sha256, sizeBytes } = remote;
  const path = join(options.directory, filename);
  const done = { path, sha256, sizeBytes };
  if (await isThere(done, options.signal)) {
    options.onProgress(sizeBytes, sizeBytes);
    return done;
  }
  const partial = join(options.directory, `.${filename}.${sha256.slice(0, 12)}.part`);
  try {
    await mkdir(options.directory, { recursive: true });
    await fetchWhole(remote, partial, options);
    await rename(partial, path);
  } catch (error) {
    throw toWriteError(error, options.directory);
  }
  return done;
}

/** @param filename Without a slash: it is a name in a folder of the service, and in one here. */
async function findRemote(
  { url: service, authorization }: ServiceAddress,
  filename: string,
  signal: AbortSignal,
): Promise<Remote> {
  if (!/^[\w.@+-]+$/.test(filename) || filename.startsWith('.')) {
    throw new AppError('IMAGE_NOT_FOUND', `${JSON.stringify(filename)} is no name of a file`);
  }
  const url = `${service}/images/download/${encodeURIComponent(filename)}`;
  const headers = { ...(authorization !== undefined && { authorization }), 'accept-encoding': 'identity' };
  // For a moment after a new image was published the service cannot say its checksum.
  for (let tries = 0; tries < maxTries; tries++) {
    const reply = await request(url, { method: 'HEAD', headers, signal });
    const sha256 = /^"([0-9a-f]{64})"$/.exec(reply.headers.get('etag') ?? '')?.[1];
    const sizeBytes = Number(reply.headers.get('content-length'));
    if (sha256 !== undefined) return { url, headers, sha256, sizeBytes };
    await sleep(500, undefined, { signal });
  }
  throw new AppError('SERVICE_FAILED', `the service does not say the checksum of ${filename}`);
}

/** Answers of HEAD have no body to say what is wrong: GET has. */
async function request(url: string, init: RequestInit): Promise<Response> {
  const send = (options: RequestInit) =>
    fetch(url, options).catch((cause) => {
      throw toUnreachable(cause, url);
    });
  const reply = await send(init);
  if (reply.ok) return reply;
  const said = init.method === 'HEAD' ? await send({ ...init, method: 'GET' }) : reply;
  throw toServiceError(said, await said.json().catch(() => undefined));
}

async function fetchWhole(remote: Remote, partial: string, options: DownloadOptions): Promise<void> {
  const file = await open(partial, 'a');
  try {
    for (let tries = 0; ; tries++) {
      try {
        await fetchRest(remote, { file, partial, options });
        break;
      } catch (error) {
        if (!isPassing(error) || tries >= maxTries) throw error;
        await sleep(Math.min(longestDelayMs, 500 * 2 ** tries), undefined, { signal: options.signal });
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

type Target = { readonly file: FileHandle; readonly partial: string; readonly options: DownloadOptions };

/** Gets what is missing, and checks the whole. */
async function fetchRest(remote: Remote, { file, partial, options }: Target): Promise<void> {
  const { sizeBytes, sha256 } = remote;
  const { size } = await file.stat();
  const start = size > sizeBytes ? 0 : size;
  const hash = await hashFile(partial, { lengthBytes: start, signal: options.signal });
  const whole = start === sizeBytes ? hash : await appendRest(remote, { start, hash, file, options });
  const found = whole.digest('hex');
  if (found === sha256) return;
  await rm(partial, { force: true });
  throw new AppError('DOWNLOAD_FAILED', `the checksum is ${found}, the service says ${sha256}`, {
    hint: 'download again: what was there of it has been removed',
  });
}

type Rest = {
  /** Offset in bytes from which on it is missing. */
  readonly start: number;
  /** Over what is there. */
  readonly hash: Hash;
  readonly file: FileHandle;
  readonly options: DownloadOptions;
};

/** @returns The hash over the whole. */
async function appendRest(remote: Remote, { start, hash, file, options }: Rest): Promise<Hash> {
  const { url, headers, sha256, sizeBytes } = remote;
  const silence = createSilence(options.signal);
  const part = { range: `bytes=${start}-`, 'if-range': `"${sha256}"` };
  try {
    const reply = await request(url, { headers: { ...headers, ...part }, signal: silence.signal });
    if (reply.headers.get('etag') !== `"${sha256}"`) throw changed();
    // A proxy may know no ranges, and gives the whole.
    const isPart = reply.status === 206;
    const running = isPart ? hash : createHash('sha256');
    let position = isPart ? start : 0;
    await file.truncate(position);
    for await (const chunk of (reply.body ?? []) as AsyncIterable<Uint8Array>) {
      silence.heard();
      running.update(chunk);
      await writeAll(file, chunk);
      position += chunk.length;
      options.onProgress(position, sizeBytes);
    }
    if (position < sizeBytes) throw new AppError('SERVICE_UNREACHABLE', 'the connection ended too early');
    return running;
  } catch (cause) {
    throw isNetworkError(cause, options.signal) ? toLost(cause, url) : cause;
  } finally {
    silence.stop();
  }
}

/** A silence is a lost connection too, whatever fetch calls it. */
function toLost(cause: unknown, url: string): AppError {
  const error = toUnreachable(cause, url);
  return isAppError(error)
    ? error
    : new AppError('SERVICE_UNREACHABLE', 'the connection was lost', { cause });
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < chunk.length) offset += (await file.write(chunk, offset)).bytesWritten;
}

/** Over the first bytes of a file. */
async function hashFile(
  path: string,
  { lengthBytes, signal }: { readonly lengthBytes: number; readonly signal: AbortSignal },
): Promise<Hash> {
  const hash = createHash('sha256');
  if (lengthBytes === 0) return hash;
  const end = lengthBytes - 1;
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, end, signal }))
    hash.update(chunk);
  return hash;
}

async function isThere({ path, sha256, sizeBytes }: Downloaded, signal: AbortSignal): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== sizeBytes || !found.isFile()) return false;
  return (await hashFile(path, { lengthBytes: sizeBytes, signal })).digest('hex') === sha256;
}

function createSilence(signal: AbortSignal) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error('nothing came for a minute')), silenceMs);
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    heard: () => timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

function changed(): AppError {
  return new AppError('DOWNLOAD_FAILED', 'the file was replaced by a newer one meanwhile', {
    hint: 'download again',
  });
}

function isNetworkError(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted || isAppError(error)) return false;
  return !isFileError(error);
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    'syscall' in error &&
    ['write', 'open', 'rename', 'ftruncate', 'mkdir', 'fsync'].includes(String(error.syscall))
  );
}

function toWriteError(error: unknown, directory: string): unknown {
  if (error instanceof Error && error.name === 'AbortError') {
    return new AppError('CANCELLED', 'the download was stopped', {
      hint: 'download again: it goes on from there',
    });
  }
  if (!isFileError(error)) return error;
  return new AppError('DOWNLOAD_FAILED', `the file cannot be written into ${directory}: ${error.message}`, {
    hint: 'check the free space and the permissions of the folder',
    cause: error,
  });
}
