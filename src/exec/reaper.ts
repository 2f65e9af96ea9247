import { spawn } from 'node:child_process';

/** Waits for one line; the end of its input without one means that this process died. */
const script = 'read -r _ && exit 0; kill -s TERM -- "-$1"; sleep 2; kill -s KILL -- "-$1"';

/**
 * Ends a process group when this process dies in whatever way, `kill -9` included: nothing of our own
 * can run then, but the kernel closes the pipe that a small shell reads.
 *
 * @returns Call it when the group has ended by itself.
 */
export function startReaper(processGroup: number): () => void {
  const reaper = spawn('/bin/sh', ['-c', script, 'cic-reaper', String(processGroup)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
  });
  reaper.on('error', ignore);
  reaper.stdin.on('error', ignore);
  reaper.unref();
  return () => reaper.stdin.end('done\n');
}

/** Without it everything works, except after a `kill -9`. */
function ignore(): void {}
