import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { listProcessTree } from '../src/exec/process-tree.ts';

export type Measured = {
  readonly seconds: number;
  /** Highest sum of the resident memory of the process and all its descendants; page cache is not in it. */
  readonly peakBytes: number;
  /** Standard output. */
  readonly output: string;
};

/** Seldom enough that looking at all processes does not slow what is measured. */
const sampleEveryMs = 500;

/** Runs a program and watches its process tree. @throws when it fails */
export async function measure(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  // What an earlier run wrote is not written at the expense of this one.
  execFileSync('sync');
  const started = performance.now();
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let peakBytes = 0;
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, child.pid === undefined ? 0 : sumResident(child.pid));
  }, sampleEveryMs);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-10_000);
  });
  const code = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output}\n${errors}`);
  return { seconds: (performance.now() - started) / 1000, peakBytes, output };
}

function sumResident(pid: number): number {
  const tree = [pid, ...listProcessTree(pid).map((process) => process.pid)];
  return tree.reduce((sum, member) => sum + readResident(member), 0);
}

function readResident(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return (low + high) / 2;
}

/** A Markdown table. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
