import { readdir, readFile } from 'node:fs/promises';

export type FoundProcess = { readonly pid: number; readonly commandLine: string };

/** Living processes whose command line holds a text. */
export async function findProcesses(text: string): Promise<FoundProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const content = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return { pid, commandLine: content.replaceAll('\0', ' ').trim() };
    }),
  );
  return found.filter(({ pid, commandLine }) => pid !== process.pid && commandLine.includes(text));
}

/**
 * Looks for processes whose command line holds a text, again and again.
 *
 * @returns Ends that, and says which it saw.
 */
export function watchProcesses(text: string): () => Promise<readonly string[]> {
  const seen = new Set<string>();
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      for (const { commandLine } of await findProcesses(text)) seen.add(commandLine);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    return [...seen];
  };
}
