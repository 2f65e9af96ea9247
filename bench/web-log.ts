import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openPage, signIn, startBrowser } from '../test/browser.ts';
import { writeLongLog } from '../test/long-log.ts';
import { admin, startService } from '../test/service.ts';
import { hasEnded, submit, waitFor } from '../test/service-builds.ts';
import { formatTable, median } from './measure.ts';

/** The page of a build whose log has 200,000 lines, in a real browser: opening, scrolling, searching, memory. */
const rounds = Number(process.env['CIC_BENCH_ROUNDS'] ?? 5);
const lines = 200_000;
const inPage = readFileSync(new URL('../test/log-in-page.js', import.meta.url), 'utf8');

type Round = {
  /** From the click on the build to the first lines, and to all of them. */
  readonly firstMs: number;
  readonly allMs: number;
  readonly searchMs: number;
  /** Between two frames while the log is scrolled, sorted. */
  readonly frames: readonly number[];
  readonly heapBytes: number;
  readonly residentBytes: number;
};

const service = await startService();
const browser = await startBrowser();
try {
  const id = await submit(service, 'no_workflow/long');
  await waitFor(service, id, { is: hasEnded });
  await writeLongLog(join(service.data, 'builds', id), lines);
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(id));
  console.log(toTable(measured));
} finally {
  await browser.close();
  await service.remove();
}

async function measureRound(id: string): Promise<Round> {
  const { page } = await openPage(browser);
  await page.goto(`${service.origin}/image_creation/builds`);
  await signIn(page, admin);
  const link = page.locator(`a[href$="/builds/${id}"]`);
  await link.waitFor();
  await page.waitForLoadState('networkidle');
  // Inside of the page: nothing between the browser and this program is measured.
  await page.evaluate(inPage);
  const run = <T>(call: string) => page.evaluate<T>(`logInPage.${call}`);
  const total = (lines + 2).toLocaleString('en');
  const opened = await run<Pick<Round, 'firstMs' | 'allMs'>>(`open('${id}', '${total}')`);
  const searchMs = await run<number>(`search('line ${lines - 77} of')`);
  const frames = await run<number[]>('scroll()');
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const heapBytes = (await session.send('Runtime.getHeapUsage')).usedSize;
  const residentBytes = await readResident(browser);
  await page.context().close();
  return { ...opened, searchMs, frames: [...frames].sort((a, b) => a - b), heapBytes, residentBytes };
}

/** Of the process of the page: the largest of those that render. */
async function readResident(owner: Browser): Promise<number> {
  const session = await owner.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return Math.max(...renderers.map(({ id }) => residentOf(id)));
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

function toTable(measured: readonly Round[]): string {
  const of = (read: (round: Round) => number) => median(measured.map(read));
  const quantile = (share: number) => of(({ frames }) => frames[Math.floor(frames.length * share)] ?? 0);
  const rows = [
    ['first lines in sight, ms', of(({ firstMs }) => firstMs).toFixed(0), '< 1000'],
    ['all 200,000 lines there, ms', of(({ allMs }) => allMs).toFixed(0), ''],
    ['search for a line near the end, ms', of(({ searchMs }) => searchMs).toFixed(0), ''],
    [
      'frame while scrolling, median / 95 % / 99 %, ms',
      [0.5, 0.95, 0.99].map((at) => quantile(at).toFixed(1)).join(' / '),
      '17',
    ],
    ['heap of the page, MB', (of(({ heapBytes }) => heapBytes) / 1e6).toFixed(0), '< 300'],
    [
      'resident memory of its process, MB',
      (of(({ residentBytes }) => residentBytes) / 1e6).toFixed(0),
      '< 300',
    ],
  ];
  return formatTable(['what', 'median', 'target'], rows);
}
