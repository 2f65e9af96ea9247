import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findViolations, keepScreenshot, type Look, looks, signIn } from './browser.ts';
import { inPage, log, openBuildPage, pagesOf, readRows, stage, status } from './build-page.ts';
import { admin } from './service.ts';
import { getBuild, hasEnded, submit, toRequest, waitFor } from './service-builds.ts';
import { openTestPage } from './test-page.ts';
import { startWatchedService, type WatchedService } from './watched-service.ts';

/** The page of a build, in a real browser over a real service that really builds. */

let watched: WatchedService;
let service: WatchedService['service'];
let steps: WatchedService['steps'];
let browser: WatchedService['browser'];
let succeeded: string;
let failed: string;

beforeAll(async () => {
  watched = await startWatchedService({ sign_up: 'open' });
  ({ service, steps, browser } = watched);
}, 180_000);

afterAll(() => watched?.remove());

function openBuild(id: string, options: { readonly look?: Look; readonly as?: typeof admin } = {}) {
  return openBuildPage(browser, id, { origin: service.origin, ...options });
}

const placeOfLog = async (page: Page) => (await log(page).boundingBox())?.y ?? Number.NaN;

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
