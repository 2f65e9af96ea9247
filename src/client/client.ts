import createClient, { type Client } from 'openapi-fetch';
import { AppError } from '../errors/app-error.ts';
import type { paths } from './generated/api.ts';
import { toServiceError, toUnreachable } from './service-error.ts';

/** Where a service is, and as whom to speak to it. */
export type ServiceAddress = {
  /** With the base path, without a slash at its end: `https://cic.example.org/image_creation`. */
  readonly url: string;
  /** Value of the `Authorization` header; absent: the browser's session, or nobody. */
  readonly authorization?: string | undefined;
};

/** A client of the service's API, with a method for each verb and types for each route. */
export type ServiceClient = Client<paths>;

export type ClientOptions = {
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
};

/** @see docs/api.md */
export function createServiceClient(
  { url, authorization }: ServiceAddress,
  { fetch = globalThis.fetch }: ClientOptions = {},
): ServiceClient {
  return createClient<paths>({
    baseUrl: url,
    headers: { ...(authorization !== undefined && { authorization }) },
    fetch: (request) =>
      fetch(request).catch((cause) => {
        throw toUnreachable(cause, url);
      }),
  });
}

type Answer<Data> = {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
};

/**
 * The body of an answer, or what the service says against it.
 *
 * @throws the service's own code; SERVICE_FAILED - it met a fault, or it is no CIC; SERVICE_UNREACHABLE
 */
export async function requireData<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer.catch((cause) => {
    if (cause instanceof AppError || (cause as Error).name === 'AbortError') throw cause;
    throw new AppError('SERVICE_FAILED', 'the answer of the service cannot be read', { cause });
  });
  if (!response.ok) throw toServiceError(response, error);
  return data as Data;
}
