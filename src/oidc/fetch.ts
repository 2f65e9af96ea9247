import { type IncomingMessage, request } from 'node:http';
import { Agent, request as requestSecure } from 'node:https';
import { getCACertificates } from 'node:tls';
import type { CustomFetch, CustomFetchOptions } from 'openid-client';

export type FetchOptions = {
  /** PEM text of authorities that are trusted beside Node's own. */
  readonly ca?: string | undefined;
  readonly proxy: {
    readonly http?: string | undefined;
    readonly https?: string | undefined;
    readonly no?: string | undefined;
  };
};

const maxBodyBytes = 2 ** 20;

/** What `fetch` is for the client of OIDC: Node's own knows neither a site's authorities nor its proxy. */
export function createFetch({ ca, proxy }: FetchOptions): CustomFetch {
  const agent = new Agent({
    ...(ca !== undefined && { ca: [...getCACertificates('default'), ca] }),
    proxyEnv: { http_proxy: proxy.http, https_proxy: proxy.https, no_proxy: proxy.no },
  });
  return (url, options) => {
    const isSecure = url.startsWith('https:');
    return send(url, options, (settings, onAnswer) =>
      isSecure ? requestSecure(url, { ...settings, agent }, onAnswer) : request(url, settings, onAnswer),
    );
  };
}

type Settings = Pick<CustomFetchOptions, 'method' | 'headers'> & { readonly signal?: AbortSignal };
type Start = (settings: Settings, onAnswer: (answer: IncomingMessage) => void) => ReturnType<typeof request>;

function send(
  url: string,
  { method, headers, body, signal }: CustomFetchOptions,
  start: Start,
): Promise<Response> {
  const text = body === undefined || body === null ? undefined : String(body);
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: IncomingMessage) => void toResponse(url, answer).then(resolve, reject);
    const sent = start({ method, headers, ...(signal && { signal }) }, onAnswer);
    sent.on('error', reject).end(text);
  });
}

async function toResponse(url: string, answer: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes)
      throw new Error(`the answer of ${url} is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = answer.statusCode ?? 500;
  const hasNoBody = status === 204 || status === 205 || status === 304;
  return new Response(hasNoBody ? null : Buffer.concat(chunks), { status, headers });
}
