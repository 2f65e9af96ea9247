import { answerChallenge, parseChallenge } from './authorization.ts';
import type { Credentials } from './credentials.ts';
import type { HttpReply, HttpRequest, HttpSender } from './http.ts';

/** One repository of one registry, and how to get in. */
export type RepositoryAccess = {
  /** `host[:port]` */
  readonly host: string;
  /** Path of the repository on that host. */
  readonly path: string;
  readonly credentials: Credentials | undefined;
  readonly send: HttpSender;
  readonly signal?: AbortSignal | undefined;
};

export type RepositoryCall = Pick<HttpRequest, 'method' | 'body'> & {
  readonly headers?: Readonly<Record<string, string>>;
};

/** @param place Below the repository, such as `manifests/latest`; or a URL that the registry gave. */
export type RepositorySession = (place: string, call: RepositoryCall) => Promise<HttpReply>;

/** Sends requests to a repository; the first one that is refused gets credentials or a token, which the next ones keep. */
export function createRepositorySession(options: RepositoryAccess): RepositorySession {
  const base = `https://${options.host}/v2/${options.path}/`;
  let authorization: string | undefined;
  return async (place, call) => {
    const url = new URL(place, base);
    // Uploads may be sent elsewhere, with a signature of their own: credentials are for this host.
    const isOwn = url.host === options.host;
    const attempt = () =>
      options.send({
        ...call,
        url: url.href,
        headers: {
          ...call.headers,
          ...(isOwn && authorization !== undefined && { Authorization: authorization }),
        },
        signal: options.signal,
      });
    const reply = await attempt();
    const challenge = reply.headers['www-authenticate'];
    if (reply.status !== 401 || challenge === undefined || !isOwn) return reply;
    authorization = await answerChallenge(parseChallenge(challenge), options);
    return authorization === undefined ? reply : attempt();
  };
}
