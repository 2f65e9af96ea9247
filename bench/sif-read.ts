import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../src/exec/run.ts';
import { buildWithApptainer, convertWithCic } from './converters.ts';
import { makeBenchImage } from './image.ts';
import { formatTable } from './measure.ts';
import { type Driver, drivers, type Mounted, withMounted } from './mount.ts';

/** What reading an image costs: CPU seconds of readers, kernel and driver together; best of the rounds. */
const rounds = Number(process.env['CIC_BENCH_ROUNDS'] ?? 2);
const randomFiles = 2_000;
const targets: Readonly<Record<Driver, number>> = { kernel: 0.7, squashfuse_ll: 1 };

type Workload = { readonly name: string; readonly select: (files: readonly string[]) => string[][] };

const workloads: readonly Workload[] = [
  { name: 'every file, 1 reader', select: (files) => [[...files]] },
  { name: 'every file, 4 readers', select: (files) => deal(files, 4) },
  { name: `${randomFiles} random files`, select: (files) => [shuffle(files).slice(0, randomFiles)] },
];

const layout = await makeBenchImage();
const temporary = await mkdtemp('/var/tmp/cic-bench-read-');
try {
  const theirs = `${layout}.apptainer.sif`;
  const ours = join(temporary, 'cic.sif');
  if (!existsSync(theirs)) await buildWithApptainer(layout, theirs);
  await convertWithCic(layout, ours);
  const files = await withMounted(theirs, 'kernel', ({ folder }) => listFiles(folder));
  const rows: (string | number)[][] = [];
  for (const driver of drivers) {
    for (const workload of workloads) rows.push(await compare({ theirs, ours, files }, driver, workload));
  }
  console.log(formatTable(['driver', 'work', 'apptainer, CPU s', 'cic, CPU s', 'ratio', 'target'], rows));
} finally {
  await rm(temporary, { recursive: true });
}

type Images = { readonly theirs: string; readonly ours: string; readonly files: readonly string[] };

async function compare(
  { theirs, ours, files }: Images,
  driver: Driver,
  { name, select }: Workload,
): Promise<(string | number)[]> {
  const lists = await Promise.all(select(files).map(writeList));
  const seconds = { theirs: Number.POSITIVE_INFINITY, ours: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    seconds.theirs = Math.min(seconds.theirs, await withMounted(theirs, driver, (at) => read(at, lists)));
    seconds.ours = Math.min(seconds.ours, await withMounted(ours, driver, (at) => read(at, lists)));
  }
  const ratio = (seconds.ours / seconds.theirs).toFixed(2);
  return [driver, name, seconds.theirs.toFixed(2), seconds.ours.toFixed(2), ratio, `≤ ${targets[driver]}`];
}

/** Paths in the image, in the order of its folders. */
async function listFiles(folder: string): Promise<string[]> {
  const { stdout } = await run({ file: 'find', args: [folder, '-type', 'f', '-printf', '%P\\0'] });
  return stdout.split('\0').filter((path) => path !== '' && !path.startsWith('.singularity.d/'));
}

async function writeList(paths: readonly string[], index: number): Promise<string> {
  const list = join(temporary, `list-${index}`);
  await writeFile(list, paths.join('\0'));
  return list;
}

/** @returns CPU seconds of all readers, which run at once, and of the driver. */
async function read(mounted: Mounted, lists: readonly string[]): Promise<number> {
  const readers = await Promise.all(lists.map((list) => readList(mounted.folder, list)));
  return readers.reduce((sum, seconds) => sum + seconds, mounted.driverSeconds());
}

async function readList(folder: string, list: string): Promise<number> {
  const script = 'TIMEFORMAT="%U %S"; time xargs -0 -a "$1" cat >/dev/null';
  const child = spawn('bash', ['-c', script, 'bash', list], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let report = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    report += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const [user, system] = report.trim().split(' ').map(Number);
  if (code !== 0 || user === undefined || system === undefined) throw new Error(`reading failed: ${report}`);
  return user + system;
}

/** Every n-th file to each reader. */
function deal(files: readonly string[], readers: number): string[][] {
  return Array.from({ length: readers }, (_, reader) => files.filter((_file, at) => at % readers === reader));
}

/** The same order in every run. */
function shuffle(files: readonly string[]): string[] {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state;
  };
  return files
    .map((file) => ({ file, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ file }) => file);
}
