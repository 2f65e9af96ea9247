import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogEntry } from '../src/service/log/log-entry.ts';
import { logFiles } from '../src/service/log/log-entry.ts';

/**
 * Gives a build that has ended a log of so many lines, as a large compilation writes it: about 80 characters, some with
 * colours. `line N of` is in each once.
 */
export async function writeLongLog(buildFolder: string, count: number): Promise<void> {
  const events: LogEntry['event'][] = [{ kind: 'attempt-started', attempt: 1 }];
  events.push({ kind: 'stage-started', stage: 'post-install', title: 'Run post_inst.sh' });
  for (let line = 1; line <= count; line += 1) {
    events.push({ kind: 'log', stage: 'post-install', line: toLine(line, count), stream: 'stdout' });
  }
  events.push({ kind: 'stage-finished', stage: 'post-install', outcome: 'done' });
  events.push({ kind: 'ended', state: 'succeeded' });
  const at = new Date().toISOString();
  const lines = events.map((event, index) => JSON.stringify({ seq: index + 1, at, event }));
  await mkdir(buildFolder, { recursive: true });
  await writeFile(join(buildFolder, logFiles.events), `${lines.join('\n')}\n`);
}

function toLine(line: number, count: number): string {
  const name = `module_${line % 977}/file_${line}.c`;
  if (line % 50 === 0)
    return `\u001b[1;33mwarning:\u001b[0m line ${line} of ${count}: unused variable in ${name}`;
  return `[${line}/${count}] gcc -O3 -march=znver2 -c src/${name} # line ${line} of ${count}`;
}
