import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepScreenshot, signIn, startBrowser } from './browser.ts';
import { admin, startService, type TestService } from './service.ts';
import { getBuild, submit } from './service-builds.ts';
import { freshSite, sharedSite } from './spack-packages.ts';
import { findSpack, writeSite } from './spack-site.ts';
import { askFor, microarchitecture } from './spack-step.ts';
import { openTestPage } from './test-page.ts';

/** A build of Spack packages, watched in a real browser over a real service. */

const spack = await findSpack();
let folder: string;
let service: TestService;
let browser: Browser;

beforeAll(async () => {
  if (spack === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-web-'));
  const step = join(folder, 'workflows/spack/tools');
  await mkdir(step, { recursive: true });
  for (const [name, text] of Object.entries(askFor('lz4@1.9.4', 'jansson@2.14', 'fresh-tool')))
    await writeFile(join(step, name), text);
  const site = await writeSite(join(folder, 'site'), spack, {
    ...sharedSite,
    packages: [...sharedSite.packages, ...freshSite().packages],
  });
  [service, browser] = await Promise.all([
    startService({
      config: { ...(await readSite(site)), workflow_registry: join(folder, 'workflows') },
    }),
    startBrowser(),
  ]);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await service?.remove();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** A site's configuration, as it is read from another folder. */
async function readSite(config: string): Promise<Readonly<Record<string, unknown>>> {
  const at = (path: string) => join(folder, 'site', path);
  const text = await readFile(config, 'utf8');
  return JSON.parse(
    text.replace('"catalogue"}', `"${at('catalogue')}"}`).replace('"mirror"', `"${at('mirror')}"`),
  );
}

/** Gathers what is told of the packages, in the page itself: `3 of 4` may be there for a moment only. */
const gatherCounts = `
  const counts = new Set();
  new MutationObserver(() => {
    const [count] = /\\d+ of \\d+/.exec(document.querySelector('[aria-label=Progress]')?.textContent) ?? [];
    if (count !== undefined && document.body.textContent.includes('Spack packages')) counts.add(count);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
  window.readCounts = () => [...counts];
`;

describe.skipIf(spack === undefined)('a build of Spack packages', () => {
  test('tells package by package how far it is, from the first to the last', async () => {
    const machine = {
      platform: 'linux/amd64',
      architecture: microarchitecture,
      container_engine: 'singularity',
    };
    const id = await submit(service, { machine, workflow: 'spack', step_id: 'tools' });
    const { page, complaints } = await openTestPage(browser);
    await page.goto(`${service.origin}/image_creation/builds/${id}`);
    await signIn(page, admin);
    const progress = page.getByRole('region', { name: 'Progress' });
    await page.evaluate(gatherCounts);
    await progress.getByRole('heading', { name: 'Spack packages' }).waitFor({ timeout: 300_000 });
    await progress.getByRole('progressbar').waitFor();
    await keepScreenshot(page, 'build-spack', 'light');
    await page.getByRole('region', { name: 'Result' }).waitFor({ timeout: 300_000 });
    const counts = await page.evaluate<string[]>('readCounts()');
    const [current, total] = (counts.at(-1) ?? '').split(' of ');
    expect(Number(total)).toBeGreaterThanOrEqual(2);
    expect(current).toBe(total);
    expect(counts.length).toBeGreaterThanOrEqual(2);
    const stages = page.getByRole('region', { name: 'Stages' });
    await stages.getByText(`${total} of ${total}`, { exact: true }).waitFor();
    for (const name of ['spack.yaml', 'spack.lock']) await page.getByRole('tab', { name }).waitFor();
    expect((await getBuild(service, id)).state).toBe('succeeded');
    expect(complaints).toEqual([]);
  });
});
