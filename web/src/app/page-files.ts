import { AppError } from '../../../src/errors/app-error.ts';
import { readBasePath } from '../api/base-path.ts';

const key = 'cic-reloaded-at';
const pauseMs = 60_000;
const askEveryMs = 3_000;

/** Loads files of a page. They do not come while the service is away, and never when an upgrade has brought others. */
export async function loadFiles<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new AppError('SERVICE_UNREACHABLE', 'the files of this page cannot be loaded', { cause });
  }
}

/**
 * Loads the page anew as soon as the service answers: the browser's own words about a service that is away would take
 * the place of the page. Not over and over where that does not help.
 *
 * @returns Ends it.
 */
export function reloadWhenThere(): () => void {
  const leave = new AbortController();
  const ask = async () => {
    const answer = await fetch(`${readBasePath()}/api/v1/health`, { signal: leave.signal }).catch(
      () => undefined,
    );
    if (answer?.ok && mayReload()) location.reload();
  };
  void ask();
  const timer = setInterval(ask, askEveryMs);
  return () => {
    clearInterval(timer);
    leave.abort();
  };
}

function mayReload(): boolean {
  const reloadedAt = Number(sessionStorage.getItem(key) ?? 0);
  if (Date.now() - reloadedAt < pauseMs) return false;
  sessionStorage.setItem(key, String(Date.now()));
  return true;
}
