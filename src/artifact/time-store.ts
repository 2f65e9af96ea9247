import { readFile } from 'node:fs/promises';
import { writeWhole } from '../files/write-whole.ts';

/** Keeps in a file how long things took, in seconds by name; the last time counts. */
export function createTimeStore(path: string) {
  const read = async (): Promise<Map<string, number>> => {
    const text = await readFile(path, 'utf8').catch(() => '{}');
    try {
      const times = Object.entries(JSON.parse(text) as Record<string, unknown>);
      return new Map(times.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
    } catch {
      return new Map();
    }
  };
  return {
    read,
    /** Of two processes that record at once the later one wins: they are estimates. */
    async record(times: ReadonlyMap<string, number>): Promise<void> {
      const all = new Map([...(await read()), ...times]);
      await writeWhole(path, JSON.stringify(Object.fromEntries(all)));
    },
  };
}
