import { type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { Agent, request as requestSecure } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A body that is read while it is sent. */
export type StreamedBody = {
  readonly sizeBytes: number;
  /** Opened for each attempt. */
  readonly open: () => Readable;
};

export type HttpRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | StreamedBody;
  readonly signal?: AbortSignal | undefined;
};

export type HttpReply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** Sends a request and reads the whole answer, whatever its status; redirects are not followed. */
export type HttpSender = (request: HttpRequest) => Promise<HttpReply>;

export type HttpOptions = {
  /** PEM text of the authorities that are trusted instead of Node's own. */
  readonly ca?: string;
  /** Accepts any certificate, and plain HTTP where the server speaks no TLS. */
  readonly insecure?: boolean;
};

const timeoutMs = 60_000;
const maxBodyBytes = 16 * 2 ** 20;

/** HTTP through the proxy that the environment names. */
export function createHttpSender({ ca, insecure = false }: HttpOptions): HttpSender {
  const agent = new Agent({
    ...(ca !== undefined && { ca }),
    rejectUnauthorized: !insecure,
    proxyEnv: process.env,
  });
  return async (request) => {
    try {
      return await send(request, agent);
    } catch (error) {
      if (!insecure || !isPlainServer(error)) throw error;
      return send({ ...request, url: request.url.replace(/^https:/, 'http:') }, agent);
    }
  };
}

function send({ url, method, headers, body, signal }: HttpRequest, agent: Agent): Promise<HttpReply> {
  const isStreamed = typeof body === 'object';
  // What is large takes as long as it takes, if it goes on.
  const deadline = isStreamed ? undefined : AbortSignal.timeout(timeoutMs);
  const length = isStreamed ? body.sizeBytes : body === undefined ? undefined : Buffer.byteLength(body);
  const options = {
    method,
    headers: { ...headers, ...(length !== undefined && { 'Content-Length': length }) },
    signal: AbortSignal.any([signal, deadline].filter((it) => it !== undefined)),
    timeout: timeoutMs,
  };
  return new Promise((resolve, reject) => {
    const onReply = (reply: IncomingMessage) => void readReply(reply).then(resolve, reject);
    const sent = url.startsWith('https:')
      ? requestSecure(url, { ...options, agent }, onReply)
      : requestPlain(url, options, onReply);
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${timeoutMs / 1000} s`)));
    sent.on('error', reject);
    if (!isStreamed) sent.end(body);
    // An answer before the end of the body says why: it is what counts then.
    else pipeline(body.open(), sent).catch((error) => sent.destroyed || reject(error));
  });
}

async function readReply(reply: IncomingMessage): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error(`the answer is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return {
    status: reply.statusCode ?? 0,
    headers: reply.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** What OpenSSL says about an answer that is no TLS. */
function isPlainServer(error: unknown): boolean {
  return /^(EPROTO|ERR_SSL_)/.test((error as NodeJS.ErrnoException).code ?? '');
}
