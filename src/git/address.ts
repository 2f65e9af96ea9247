import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a git repository is, or why it is not fetched from there. */
export type GitAddress =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'remote';
      /** Without credentials: it may stand in a command line, a log and an image label. */
      readonly url: string;
      /** Value of an HTTP `Authorization` header; a secret. */
      readonly authorization?: string;
    };

/**
 * Reads the address of a git repository: `https://…`, `ssh://…`, `user@host:path`, `file:///…` or a local
 * path. Git's other transports are refused (some of them run programs), and so is what git could take for
 * an option.
 */
export function parseGitAddress(text: string): GitAddress {
  if (text === '' || text.startsWith('-') || /[\0-\x1F\x7F]/.test(text)) {
    return refuse('it is empty, begins with "-" or has control characters');
  }
  if (/^[a-z][a-z0-9+.-]*::/i.test(text)) return refuse("git's remote helpers are not allowed");
  if (/^[\w.-]+@[\w.-]+:[^-:/][^:]*$/.test(text) || /^[\w.-]+@[\w.-]+:\/[^/]/.test(text)) {
    return { kind: 'remote', url: text };
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? parseUrl(text) : { kind: 'folder', path: resolve(text) };
}

function parseUrl(text: string): GitAddress {
  const url = URL.parse(text);
  if (url === null || url.hash !== '') return refuse('it is no URL');
  if (url.protocol === 'https:') return parseHttps(url);
  if (url.protocol === 'file:' && url.host === '') return { kind: 'folder', path: fileURLToPath(url) };
  if (url.protocol !== 'ssh:') return refuse(`${url.protocol}// is not allowed`);
  if (url.password !== '') return refuse('a password in an ssh address is not allowed: use a key');
  if (!/^[A-Za-z0-9[]/.test(url.host) || url.username.startsWith('-')) return refuse('its host is odd');
  return { kind: 'remote', url: text };
}

function parseHttps(url: URL): GitAddress {
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '') return { kind: 'remote', url: url.href };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { kind: 'remote', url: url.href, authorization };
}

function refuse(reason: string): GitAddress {
  return { kind: 'refused', reason };
}
