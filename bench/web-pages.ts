import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admin, startService, type TestService } from '../test/service.ts';
import { hasEnded, submit, waitFor } from '../test/service-builds.ts';
import { createRegistryFolder } from '../test/service-steps.ts';
import { cacheDirectory } from '../test/test-images.ts';
import { formatTable, measure, median } from './measure.ts';

/** Lighthouse's scores of every page, as a desktop on its simulated network loads it for the first time. */
const rounds = Number(process.env['CIC_BENCH_ROUNDS'] ?? 3);
const target = 95;
const categories = ['performance', 'accessibility'] as const;
const lighthouse = join(cacheDirectory, 'lighthouse/node_modules/lighthouse/cli/index.js');

type Scores = Readonly<Record<(typeof categories)[number], number>>;

const steps = await createRegistryFolder();
const service = await startService({ config: { workflow_registry: steps.folder } });
const folder = await mkdtemp(join(tmpdir(), 'cic-lighthouse-'));
try {
  const pages = await makePages();
  const headers = join(folder, 'headers.json');
  await writeFile(headers, JSON.stringify({ cookie: await openSession(service) }));
  // As a page of somebody who is not signed in it has no cookie.
  const rows = [await toRow('sign-in', '/sign-in')];
  for (const [name, path] of Object.entries(pages)) rows.push(await toRow(name, path, headers));
  console.log(formatTable(['page', ...categories, 'target'], rows));
} finally {
  await service.remove();
  await steps.remove();
  await rm(folder, { recursive: true });
}

/** A build that succeeded, one that failed, and the pages that show them. */
async function makePages(): Promise<Readonly<Record<string, string>>> {
  const good = await submit(service, await steps.addStep('seq 1 2000'));
  const bad = await submit(service, await steps.addStep('seq 1 200; echo "no compiler" >&2; exit 3'));
  for (const id of [good, bad]) await waitFor(service, id, { is: hasEnded });
  const list = await service.fetch(`${service.api}/images`);
  const { items } = (await list.json()) as { readonly items: readonly { readonly id: string }[] };
  return {
    home: '/',
    builds: '/builds',
    'a build': `/builds/${good}`,
    'a build that failed': `/builds/${bad}`,
    'new build': '/new',
    images: '/images',
    'an image': `/images/${items[0]?.id}`,
    account: '/account',
    admin: '/admin',
  };
}

async function openSession({ api }: TestService): Promise<string> {
  const answer = await fetch(`${api}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(admin),
  });
  const [cookie] = answer.headers.getSetCookie();
  if (cookie === undefined) throw new Error(`no session: ${answer.status}`);
  return cookie.split(';')[0] ?? '';
}

async function toRow(name: string, path: string, headers?: string) {
  const scores: Scores[] = [];
  for (let round = 0; round < rounds; round += 1) scores.push(await audit(path, headers));
  return [
    name,
    ...categories.map((category) => median(scores.map((score) => score[category]))),
    `≥ ${target}`,
  ];
}

async function audit(path: string, headers: string | undefined): Promise<Scores> {
  const report = join(folder, 'report.json');
  const args = [`--output-path=${report}`, '--output=json', '--quiet', '--preset=desktop'];
  const chosen = `--only-categories=${categories.join(',')}`;
  const flags = '--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage';
  const signedIn = headers === undefined ? [] : [`--extra-headers=${headers}`];
  const url = `${service.origin}/image_creation${path}`;
  await measure(process.execPath, [lighthouse, url, ...args, chosen, flags, ...signedIn], {
    CHROME_PATH: process.env['CIC_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
  });
  const { categories: found } = JSON.parse(await readFile(report, 'utf8')) as Report;
  const scoreOf = (category: (typeof categories)[number]) => Math.round((found[category]?.score ?? 0) * 100);
  return { performance: scoreOf('performance'), accessibility: scoreOf('accessibility') };
}

type Report = { readonly categories: Readonly<Record<string, { readonly score: number | null }>> };
