import { isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { run } from '../../exec/run.ts';

/** Ends everything inside when the command ends; `unshare` itself leaves SIGTERM to the command. */
const unshare = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Other users need a user namespace first, with the user ids that buildah would take. */
const prefixes: readonly (readonly string[])[] = [unshare, ['buildah', 'unshare', ...unshare]];

/**
 * Finds what to put before a command so that it runs in a PID namespace of its own: when its first process
 * ends, in whatever way, the kernel ends all others. With chroot isolation nothing else does that for a
 * RUN's background processes. Where namespaces are forbidden, such processes can stay after a cancel.
 *
 * @returns Words to put before the command; empty where it cannot be done.
 * @see pid_namespaces(7), unshare(1)
 */
export async function findNamespacePrefix(): Promise<readonly string[]> {
  for (const prefix of prefixes) {
    try {
      await run(prefixCommand(prefix, { file: 'true', args: [] }));
      return prefix;
    } catch (error) {
      if (!isAppError(error, 'EXEC_FAILED', 'EXEC_NOT_FOUND')) throw error;
    }
  }
  return [];
}

export function prefixCommand([file, ...args]: readonly string[], command: Command): Command {
  return file === undefined ? command : { ...command, file, args: [...args, command.file, ...command.args] };
}
