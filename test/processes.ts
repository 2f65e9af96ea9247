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
