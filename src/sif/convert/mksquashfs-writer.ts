import { isAppError } from '../../errors/app-error.ts';
import { startProcess } from '../../exec/run.ts';
import { feed } from '../mksquashfs/feed.ts';
import { planMksquashfs } from '../mksquashfs/plan.ts';
import { setRootOwner } from '../mksquashfs/root-inode.ts';
import type { FileSystemWriter, WriteContent, WriteTarget } from './file-system-writer.ts';
import type { SifOptions } from './options.ts';
import type { RootPlan } from './root-plan.ts';
import type { ReadCall } from './root-stream.ts';
import { streamTar } from './root-tar.ts';

/** Has mksquashfs write the file system, for compressions that Node.js lacks. */
export function createMksquashfsWriter(options: SifOptions): FileSystemWriter {
  return {
    async write(content, target, call) {
      await squash(content, target, { ...call, options });
      const { root } = content.plan;
      await setRootOwner(target.path, target.offsetBytes, root, collectIds(content.plan));
    },
  };
}

type SquashCall = ReadCall & { readonly options: SifOptions };

/** When both ends fail, the cause is the one that failed first. */
async function squash(
  { source, plan }: WriteContent,
  { path, offsetBytes, createdAt }: WriteTarget,
  { options, ...call }: SquashCall,
): Promise<void> {
  const { signal } = call;
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const command = planMksquashfs({ output: path, offsetBytes, createdAt, rootMode: plan.root.mode, options });
  const process = startProcess(command, { signal: either });
  process.stdout.resume();
  const feeding = feed(streamTar(source, plan, call), process.stdin).catch((error) => {
    if (isBrokenPipe(error)) return undefined;
    stop.abort();
    return error as unknown;
  });
  const ending = process.done.then(
    () => undefined,
    (error: unknown) => error,
  );
  const [feedError, endError] = await Promise.all([feeding, ending]);
  if (feedError !== undefined && !signal?.aborted) throw feedError;
  if (endError !== undefined) throw endError;
}

/** mksquashfs went away: its own error says why. */
function isBrokenPipe(error: unknown): boolean {
  if (isAppError(error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ECONNRESET' || code === 'ECANCELED';
}

/** Users and groups that own something. */
function collectIds({ standalone, files }: RootPlan): Set<number> {
  return new Set([...standalone, ...files.values()].flatMap(({ entry }) => [entry.uid, entry.gid]));
}
