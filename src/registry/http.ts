import { type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { Agent, request as requestSecure } from 'node:https';

export type HttpRequest = {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
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
  const deadline = AbortSignal.timeout(timeoutMs);
  const options = {
    method,
    headers: { ...headers, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) },
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  };
  return new Promise((resolve, reject) => {
    const onReply = (reply: IncomingMessage) => void readReply(reply).then(resolve, reject);
    const sent = url.startsWith('https:')
      ? requestSecure(url, { ...options, agent }, onReply)
      : requestPlain(url, options, onReply);
    sent.on('error', reject).end(body);
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
