const key = 'cic-reloaded-at';
const pauseMs = 60_000;

/**
 * A tab that was opened before an upgrade of the service asks for files that are gone: it is loaded anew, but not over
 * and over when that does not help.
 */
export function reloadWhenOutdated(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const reloadedAt = Number(sessionStorage.getItem(key) ?? 0);
    if (Date.now() - reloadedAt < pauseMs) return;
    event.preventDefault();
    sessionStorage.setItem(key, String(Date.now()));
    location.reload();
  });
}
