import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error.ts';

/** Where a workflow registry is. */
export type RegistryAddress =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'remote';
      /** Without credentials: it may stand in a command line, a log and an image label. */
      readonly url: string;
      /** Value of an HTTP `Authorization` header; a secret. */
      readonly authorization?: string;
    };

/**
 * Reads the address of a workflow registry: `https://…`, `ssh://…`, `user@host:path`, `file:///…` or a
 * local path. Git's other transports are refused: some of them run programs.
 *
 * @throws STEP_REGISTRY_INVALID - another transport, or something git could take for an option
 */
export function parseRegistryAddress(text: string): RegistryAddress {
  if (text === '' || text.startsWith('-') || /[\0-\x1F\x7F]/.test(text)) {
    throw toInvalidError(text, 'it is empty, begins with "-" or has control characters');
  }
  if (/^[a-z][a-z0-9+.-]*::/i.test(text)) throw toInvalidError(text, "git's remote helpers are not allowed");
  if (/^[\w.-]+@[\w.-]+:[^-:/][^:]*$/.test(text) || /^[\w.-]+@[\w.-]+:\/[^/]/.test(text)) {
    return { kind: 'remote', url: text };
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? parseUrl(text) : { kind: 'folder', path: resolve(text) };
}

/** Takes user names and passwords out of every URL in a text. */
export function maskCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1');
}

function parseUrl(text: string): RegistryAddress {
  const url = URL.parse(text);
  if (url === null || url.hash !== '') throw toInvalidError(text, 'it is no URL');
  if (url.protocol === 'https:') return parseHttps(url);
  if (url.protocol === 'file:' && url.host === '') return { kind: 'folder', path: fileURLToPath(url) };
  if (url.protocol !== 'ssh:') throw toInvalidError(text, `${url.protocol}// is not allowed`);
  if (url.password !== '')
    throw toInvalidError(text, 'a password in an ssh address is not allowed: use a key');
  if (!/^[A-Za-z0-9[]/.test(url.host) || url.username.startsWith('-'))
    throw toInvalidError(text, 'its host is odd');
  return { kind: 'remote', url: text };
}

function parseHttps(url: URL): RegistryAddress {
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '') return { kind: 'remote', url: url.href };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { kind: 'remote', url: url.href, authorization };
}

function toInvalidError(text: string, reason: string): AppError {
  const shown = maskCredentials(text);
  return new AppError(
    'STEP_REGISTRY_INVALID',
    `the workflow registry ${JSON.stringify(shown)} is refused: ${reason}`,
    {
      hint: 'use https://…, ssh://…, user@host:path, file:///… or the path of a local folder',
    },
  );
}
