import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { keepScreenshot } from './browser.ts';
import { inPage, log, openBuildPage, readInPage, readRows, stage, status } from './build-page.ts';
import { startCutProxy } from './cut-proxy.ts';
import { writeLongLog } from './long-log.ts';
import { getBuild, hasEnded, submit, toRequest, waitFor } from './service-builds.ts';
import { startWatchedService, type WatchedService } from './watched-service.ts';

/** The log on the page of a build, in a real browser. */

let watched: WatchedService;
let service: WatchedService['service'];
let steps: WatchedService['steps'];
let browser: WatchedService['browser'];

beforeAll(async () => {
  watched = await startWatchedService();
  ({ service, steps, browser } = watched);
}, 180_000);

afterAll(() => watched?.remove());

type Opening = { readonly origin?: string; readonly before?: (page: Page) => Promise<unknown> };

function openBuild(id: string, options: Opening = {}) {
  return openBuildPage(browser, id, { origin: service.origin, ...options });
}

/** A build that goes on, whose log is what a test feeds. */
async function openFed() {
  const id = await submit(service, await steps.addStep('sleep 600'));
  onTestFinished(() => void service.fetch(`${service.api}/builds/${id}/cancel`, { method: 'POST' }));
  const script = `{ ${await readInPage()}; logInPage.takeLog(); }`;
  const { page, complaints } = await openBuild(id, { before: (page) => page.addInitScript(script) });
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

test('the log goes on after a lost connection, with every line once', async () => {
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

test('the log is not followed while the page is behind others, and goes on where it was', async () => {
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

test('the log is followed at its end until somebody scrolls up', async () => {
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

test('the log stays at a match near its end, and knows the one before', async () => {
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

test('the log of more than 600,000 lines lets go of the first ones, and stays where it is read', async () => {
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

test('the log of 200,000 lines is there within moments, searched and scrolled', async () => {
  const id = await submit(service, 'no_workflow/long');
  await waitFor(service, id, { is: hasEnded });
  await writeLongLog(join(service.data, 'builds', id), 200_000);
  const chunks: Request[] = [];
  const before = async (page: Page) => {
    page.on('requestfinished', (request) => {
      if (/\/assets\/log-view-.*\.js$/.test(request.url())) chunks.push(request);
    });
  };
  const { page, complaints } = await openBuild(id, { before });
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
