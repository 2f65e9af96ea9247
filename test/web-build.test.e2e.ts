import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findViolations, keepScreenshot, type Look, looks, signIn, startBrowser } from './browser.ts';
import { startCutProxy } from './cut-proxy.ts';
import { writeLongLog } from './long-log.ts';
import { adminPassword, startService, type TestService } from './service.ts';
import { getBuild, hasEnded, submit, toRequest, waitFor } from './service-builds.ts';
import { createRegistryFolder, type TestRegistryFolder } from './service-steps.ts';
import { openTestPage } from './test-page.ts';

/** The page of a build and its log, in a real browser over a real service that really builds. */

const admin = { name: 'admin', password: adminPassword };
let service: TestService;
let browser: Browser;
let steps: TestRegistryFolder;
let succeeded: string;
let failed: string;

beforeAll(async () => {
  steps = await createRegistryFolder();
  [service, browser] = await Promise.all([
    startService({
      config: { workflow_registry: steps.folder, service: { sign_up: 'open', concurrency: 3 } },
    }),
    startBrowser(),
  ]);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await service?.remove();
  await steps?.remove();
});

const pagesOf = (origin: string) => `${origin}/image_creation`;

async function openBuild(id: string, { look = 'light' as Look, origin = service.origin, as = admin } = {}) {
  const watched = await openTestPage(browser, look);
  await watched.page.goto(`${pagesOf(origin)}/builds/${id}`);
  await signIn(watched.page, as);
  return watched;
}

const status = (page: Page, text: string) =>
  page.getByRole('main').locator('dl').getByText(text, { exact: true });
const log = (page: Page) => page.getByRole('region', { name: 'Log of the build' });
const stage = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Stages' }).getByText(name, { exact: true });

const readInPage = () => readFile(new URL('log-in-page.js', import.meta.url), 'utf8');

/** Runs a function of `log-in-page.js`. */
async function inPage<T>(page: Page, call: string): Promise<T> {
  await page.evaluate(await readInPage());
  return page.evaluate<T>(`logInPage.${call}`);
}

/** A build that goes on, whose log is what a test feeds. */
async function openFed() {
  const id = await submit(service, await steps.addStep('sleep 600'));
  onTestFinished(() => void service.fetch(`${service.api}/builds/${id}/cancel`, { method: 'POST' }));
  const { page, complaints } = await openTestPage(browser);
  await page.addInitScript(`{ ${await readInPage()}; logInPage.takeLog(); }`);
  await page.goto(`${pagesOf(service.origin)}/builds/${id}`);
  await signIn(page, admin);
  await inPage(page, "feed({ kind: 'stage-started', stage: 'apt', title: 'Install' })");
  /** The rows `row FROM;` to `row TO;`, of which the last one comes in sight or does not. */
  const feedRows = async (from: number, to: number, { inSight = true } = {}) => {
    await inPage(page, `feedRows(${from}, ${to})`);
    await page.getByText(`· ${(to + 1).toLocaleString('en')} lines`).waitFor();
    if (inSight) return log(page).getByText(`row ${to};`).waitFor();
    expect(await log(page).getByText(`row ${to};`).count()).toBe(0);
  };
  return { page, complaints, feedRows, target: log(page).locator('[data-target]') };
}

const placeOfLog = async (page: Page) => (await log(page).boundingBox())?.y ?? Number.NaN;

const readRows = (page: Page) => inPage<string[]>(page, 'readRows()');

describe('a build', () => {
  test('is watched to its end, and its SIF is taken away', async () => {
    const step = await steps.addStep(
      "for n in $(seq 1 40); do printf '\\033[32mok\\033[0m step %d\\n' $n; sleep 0.05; done; printf '\\033[32mtwo\\nlines\\033[0m\\n'",
    );
    succeeded = await submit(service, step);
    const { page, complaints } = await openBuild(succeeded);
    await page.getByRole('heading', { name: step.replace('/', ' / ') }).waitFor();
    await page.getByRole('region', { name: 'Progress' }).getByText('Post-install script').waitFor();
    await log(page).getByText('ok step 5', { exact: true }).waitFor();
    await status(page, 'Succeeded').waitFor();
    for (const name of ['Queued', 'Resolve', 'Base image', 'Post-install script', 'Convert to SIF'])
      await stage(page, name).waitFor();
    await page.getByRole('status').getByText('The build has ended: Succeeded').waitFor();
    const rows = await readRows(page);
    expect(rows.filter((row) => row.startsWith('ok step'))).toEqual(
      Array.from({ length: 40 }, (_, index) => `ok step ${index + 1}`),
    );
    // Green as the terminal has it, over several lines, which the policy of the page lets through.
    for (const text of ['ok', 'two', 'lines'])
      expect(await inPage(page, `colorOf('${text}')`)).toBe('rgb(26, 107, 44)');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the SIF' }).click(),
    ]);
    const { sif } = await getBuild(service, succeeded);
    const content = await readFile(await download.path());
    expect(createHash('sha256').update(content).digest('hex')).toBe(sif?.sha256);
    expect(await page.getByText(sif?.sha256 ?? '', { exact: true }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test.each(['light', 'phone'] as const)('that ends leaves the log where it is read: %s', async (look) => {
    const id = await submit(service, await steps.addStep('echo begun; sleep 3'));
    const { page } = await openBuild(id, { look });
    await log(page).getByText('begun', { exact: true }).waitFor();
    const place = await placeOfLog(page);
    await status(page, 'Succeeded').waitFor();
    await page.getByRole('button', { name: 'Delete this build' }).waitFor();
    expect(Math.abs((await placeOfLog(page)) - place)).toBeLessThan(3);
  });

  test('shows what it was made from, to read, to copy and to take away', async () => {
    const { page, complaints } = await openBuild(succeeded);
    const { digest, recipe_digest } = await getBuild(service, succeeded);
    const inputs = page.getByRole('region', { name: 'Inputs and files' });
    for (const text of [digest, recipe_digest])
      await inputs.getByText(text ?? '?', { exact: true }).waitFor();
    await inputs.getByRole('tab', { name: 'Dockerfile', exact: true }).click();
    await inputs.getByRole('region', { name: 'Dockerfile' }).getByText('FROM').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      inputs.getByRole('link', { name: 'Download' }).click(),
    ]);
    const kept = join(service.data, 'builds', succeeded, 'files/Dockerfile');
    expect(await readFile(await download.path(), 'utf8')).toBe(await readFile(kept, 'utf8'));
    await inputs.getByRole('tab', { name: 'plan.json' }).click();
    await inputs.getByText('"recipe_digest"').waitFor();
    expect(complaints).toEqual([]);
  });

  test('that was a dry run shows its plan first', async () => {
    const reply = await service.fetch(`${service.api}/dry-run`, {
      method: 'POST',
      body: JSON.stringify(toRequest(await steps.addStep('true'))),
      headers: { 'content-type': 'application/json' },
    });
    const { id } = (await reply.json()) as { id: string };
    const { page, complaints } = await openBuild(id);
    await status(page, 'dry run').waitFor();
    await status(page, 'Succeeded').waitFor();
    await page.getByRole('tab', { name: 'plan.json', selected: true }).waitFor();
    expect(await page.getByRole('link', { name: 'Download the SIF' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('that fails says first why, and leads to the place in the log', async () => {
    const step = await steps.addStep(
      "seq -f 'compiling %g' 200; printf '\\033[31mmain.c:3: fatal error: mpi.h: not there\\033[0m\\n' >&2; seq -f 'after %g' 50; exit 3",
    );
    failed = await submit(service, step);
    const { page, complaints } = await openBuild(failed);
    await status(page, 'Failed').waitFor();
    const { failure } = await getBuild(service, failed);
    const main = (await page.getByRole('main').textContent()) ?? '';
    expect(main.indexOf(failure?.code ?? '?')).toBeGreaterThan(0);
    expect(main.indexOf(failure?.code ?? '?')).toBeLessThan(main.indexOf('Stages'));
    expect(main).toContain(failure?.hint ?? '?');
    await page.getByRole('button', { name: 'Show it in the log' }).click();
    const target = log(page).locator('[data-target]');
    await target.waitFor();
    expect(await target.textContent()).toContain('fatal error: mpi.h');
    const { y = 0, height = 0 } = (await target.boundingBox()) ?? {};
    expect(y).toBeGreaterThan(0);
    expect(y + height).toBeLessThan(looks.light.viewport.height);
    expect(complaints).toEqual([]);
  });

  test('that fails with a word that has no end keeps the pages in their width', async () => {
    const word = '/opt/software/linux-x86_64_v3/'.repeat(40);
    const id = await submit(service, await steps.addStep(`echo ${word} >&2; exit 1`));
    await waitFor(service, id, { is: hasEnded });
    const { page } = await openBuild(id, { look: 'phone' });
    for (const path of [`/builds/${id}`, '/builds', '/']) {
      await page.goto(`${pagesOf(service.origin)}${path}`);
      await page.getByText('/opt/software/linux-x86_64_v3/').first().waitFor();
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect([path, width]).toEqual([path, looks.phone.viewport.width]);
    }
  });

  test('is cancelled after a question, built again, and deleted', async () => {
    const id = await submit(service, await steps.addStep('echo begun; sleep 100'));
    const { page, complaints } = await openBuild(id);
    await log(page).getByText('begun', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel the build' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Let it go on' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await getBuild(service, id)).cancel_requested).toBe(false);
    await page.getByRole('button', { name: 'Cancel the build' }).click();
    await dialog.getByRole('button', { name: 'Cancel the build' }).click();
    await status(page, 'Cancelled').waitFor();
    await page.getByRole('button', { name: 'Build again' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(id));
    const again = page.url().split('/').at(-1) ?? '';
    expect((await getBuild(service, again)).state).toMatch(/queued|running/);
    await page.getByRole('button', { name: 'Cancel the build' }).click();
    await dialog.getByRole('button', { name: 'Cancel the build' }).click();
    await status(page, 'Cancelled').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Builds' }).waitFor();
    expect((await service.fetch(`${service.api}/builds/${again}`)).status).toBe(404);
    expect(complaints).toEqual([]);
  });

  test('is cancelled in the queue of administrators', async () => {
    const id = await submit(service, await steps.addStep('echo begun; sleep 100'));
    const { page, complaints } = await openTestPage(browser);
    await page.goto(`${pagesOf(service.origin)}/admin/queue`);
    await signIn(page, admin);
    const row = page.getByRole('row').filter({ has: page.locator(`a[href$="/builds/${id}"]`) });
    await row.getByRole('button', { name: /^Cancel the build / }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the build' }).click();
    await row.waitFor({ state: 'detached' });
    const { state } = await waitFor(service, id, { is: hasEnded });
    expect(state).toBe('cancelled');
    expect(complaints).toEqual([]);
  });

  test('that is deleted elsewhere says so where it is looked at', async () => {
    const id = await submit(service, await steps.addStep('echo begun; sleep 100'));
    const { page } = await openBuild(id);
    await log(page).getByText('begun', { exact: true }).waitFor();
    await service.fetch(`${service.api}/builds/${id}/cancel`, { method: 'POST' });
    await waitFor(service, id, { is: hasEnded });
    expect((await service.fetch(`${service.api}/builds/${id}`, { method: 'DELETE' })).status).toBe(204);
    await page.getByText('This build is no longer yours').waitFor();
    expect(await log(page).count()).toBe(0);
  });

  test('of somebody else is not there: neither the page nor the log', async () => {
    const grace = { name: 'grace', password: 'a-flow-matic-compiler' };
    await service.fetch(`${service.api}/sign-up`, {
      as: '',
      method: 'POST',
      body: JSON.stringify(grace),
      headers: { 'content-type': 'application/json' },
    });
    const { page } = await openBuild(succeeded, { as: grace });
    await page.getByText('You have no build at this address').waitFor();
    const answers = await page.evaluate(
      (paths) => Promise.all(paths.map(async (path) => (await fetch(path)).status)),
      ['log', 'events', 'files', 'files/Dockerfile'].map(
        (name) => `${service.api}/builds/${succeeded}/${name}`,
      ),
    );
    expect(answers).toEqual([404, 404, 404, 404]);
    await page.goto(`${pagesOf(service.origin)}/builds/no-id`);
    await page.getByText('You have no build at this address').waitFor();
  });
});

describe('the log', () => {
  test('goes on after a lost connection, with every line once', async () => {
    const proxy = await startCutProxy(service.origin);
    const step = await steps.addStep('for n in $(seq 1 120); do echo "number $n"; sleep 0.05; done');
    // Without a SIF: nothing of it is looked at here.
    const request = toRequest(step);
    const machine = { ...(request['machine'] as object), container_engine: 'docker' };
    const id = await submit(service, { ...request, machine });
    const { page } = await openBuild(id, { origin: proxy.origin });
    await log(page).getByText('number 20', { exact: true }).waitFor();
    proxy.cut();
    await page.getByText('Reconnecting', { exact: true }).waitFor();
    await page.getByRole('heading', { name: 'The service does not answer' }).waitFor();
    const { state } = await getBuild(service, id);
    expect(state).toBe('running');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    proxy.restore();
    await status(page, 'Succeeded').waitFor();
    await page.getByText('Complete', { exact: true }).waitFor();
    const rows = await readRows(page);
    expect(rows.filter((row) => row.startsWith('number '))).toEqual(
      Array.from({ length: 120 }, (_, index) => `number ${index + 1}`),
    );
    await proxy.close();
  });

  test('is not followed while the page is behind others, and goes on where it was', async () => {
    const id = await submit(
      service,
      await steps.addStep('for n in $(seq 1 200); do echo "number $n"; sleep 0.05; done'),
    );
    const { page } = await openBuild(id);
    await log(page).getByText('number 5', { exact: true }).waitFor();
    const [aborted] = await Promise.all([
      page.waitForEvent('requestfailed', (request) => request.url().endsWith('/events')),
      inPage(page, "setVisibility('hidden')"),
    ]);
    expect(aborted.url()).toContain(id);
    const [again] = await Promise.all([
      page.waitForRequest((request) => request.url().endsWith('/events')),
      inPage(page, "setVisibility('visible')"),
    ]);
    expect(Number(again.headers()['last-event-id'])).toBeGreaterThan(5);
    await status(page, 'Succeeded').waitFor();
    const numbers = (await readRows(page)).filter((row) => row.startsWith('number '));
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => `number ${index + 1}`));
  });

  test('is followed at its end until somebody scrolls up', async () => {
    const id = await submit(
      service,
      await steps.addStep('for n in $(seq 1 200); do echo "number $n"; sleep 0.02; done; sleep 100'),
    );
    const { page, complaints } = await openBuild(id);
    const follow = page.getByRole('button', { name: 'Follow' });
    await log(page).getByText('number 60', { exact: true }).waitFor();
    expect(await follow.getAttribute('aria-pressed')).toBe('true');
    await keepScreenshot(page, 'build-live', 'light');
    await log(page).hover();
    await page.mouse.wheel(0, -400);
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    await page.getByText(/· 2\d\d lines/).waitFor();
    expect(await log(page).getByText('number 200', { exact: true }).count()).toBe(0);
    await follow.click();
    await log(page).getByText('number 200', { exact: true }).waitFor();
    await log(page).press('Shift+Space');
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    await log(page).press('End');
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('true');
    const { y = 0 } = (await log(page).boundingBox()) ?? {};
    // What is selected upwards takes the log with it.
    await log(page).getByText('number 199', { exact: true }).hover();
    await page.mouse.down();
    const dragUp = () => page.mouse.move(600, y - Math.random() * 20, { steps: 3 });
    await expect.poll(() => dragUp().then(() => follow.getAttribute('aria-pressed'))).toBe('false');
    await page.mouse.up();
    await service.fetch(`${service.api}/builds/${id}/cancel`, { method: 'POST' });
    expect(complaints).toEqual([]);
  });

  test('stays at a match near its end, and knows the one before', async () => {
    const { page, feedRows, target } = await openFed();
    // Nobody leaves the end of what is all in sight.
    await log(page).click({ position: { x: 300, y: 300 } });
    await page.mouse.wheel(0, -400);
    await feedRows(1, 300);
    await page.getByRole('searchbox').fill('row 298;');
    await target.getByText('row 298;').waitFor();
    await feedRows(301, 500, { inSight: false });
    await target.waitFor();
    await page.getByRole('searchbox').fill('0;');
    await stage(page, 'apt packages').click();
    await target.getByText('Install').waitFor();
    await page.getByRole('button', { name: 'Follow' }).click();
    await log(page).getByText('row 500;').waitFor();
    await page.getByRole('button', { name: 'Match before' }).click();
    await expect.poll(() => target.textContent()).toMatch(/row 4[5-8]0;/);
  });

  test('of more than 600,000 lines lets go of the first ones, and stays where it is read', async () => {
    const { page, complaints, feedRows, target } = await openFed();
    await feedRows(1, 599_999);
    await page.getByRole('searchbox').fill('row 350000;');
    await target.getByText('row 350000;').waitFor();
    const place = await target.boundingBox();
    await feedRows(600_000, 600_050, { inSight: false });
    await page.getByText('1 of 1', { exact: true }).waitFor();
    expect(await target.boundingBox()).toEqual(place);
    await stage(page, 'apt packages').click();
    await target.getByText('row 100000;').waitFor();
    await feedRows(600_051, 700_200, { inSight: false });
    await log(page).getByText('row 200000;').waitFor();
    expect(complaints).toEqual([]);
  });

  test('of 200,000 lines is there within moments, searched and scrolled', async () => {
    const id = await submit(service, 'no_workflow/long');
    await waitFor(service, id, { is: hasEnded });
    await writeLongLog(join(service.data, 'builds', id), 200_000);
    const { page, complaints } = await openTestPage(browser);
    const chunks: Request[] = [];
    page.on('requestfinished', (request) => {
      if (/\/assets\/log-view-.*\.js$/.test(request.url())) chunks.push(request);
    });
    await page.goto(`${pagesOf(service.origin)}/builds/${id}`);
    await signIn(page, admin);
    await log(page).getByText('line 1 of 200000').waitFor();
    await page.getByText('· 200,002 lines').waitFor();
    await page.getByLabel('Search the log').fill('LINE 123450 OF');
    await page.getByText('1 of 1', { exact: true }).waitFor();
    const found = log(page).locator('[data-target]');
    await expect.poll(() => found.textContent()).toContain('line 123450 of');
    expect(await found.locator('mark').allTextContents()).toEqual(['line 123450 of']);
    await page.getByLabel('Search the log').fill('unused variable');
    await page.getByText(/of 4,000$/).waitFor();
    await page.getByLabel('Search the log').press('Shift+Enter');
    await page.getByRole('button', { name: 'End' }).click();
    await log(page).getByText('line 200000 of').waitFor();
    expect(await log(page).locator('[data-kind]').count()).toBeLessThan(150);
    const [chunk] = await Promise.all(chunks.map((request) => request.sizes()));
    expect(chunk?.responseBodySize).toBeGreaterThan(1_000);
    expect(chunk?.responseBodySize).toBeLessThan(100_000);
    await page.getByRole('button', { name: 'Wrap' }).click();
    await log(page).getByText('line 200000 of').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe.each(Object.keys(looks) as Look[])('in the look "%s"', (look) => {
  test('a build that succeeded and one that failed have no serious violation of accessibility', async () => {
    const { page, complaints } = await openBuild(succeeded, { look });
    await page.getByText('Complete', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Dockerfile' }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await keepScreenshot(page, 'build', look);
    await page.goto(`${pagesOf(service.origin)}/builds/${failed}`);
    await page.getByText('Complete', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Dockerfile' }).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await keepScreenshot(page, 'build-failed', look);
    expect(complaints).toEqual([]);
  });
});
