import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findViolations, keepScreenshot, type Look, looks, signIn, startBrowser } from './browser.ts';
import { admin, adminPassword, startService, type TestService } from './service.ts';
import { openTestPage } from './test-page.ts';

/** The shell of the web pages, the home page and the list of builds, in a real browser over a real service. */

let service: TestService;
let browser: Browser;
let base: string;

beforeAll(async () => {
  [service, browser] = await Promise.all([
    startService({ config: { service: { sign_up: 'open' } } }),
    startBrowser(),
  ]);
  base = `${service.origin}/image_creation`;
  for (const step of ['wordcount', 'matrix', 'mesh']) await askForMissing(step);
  await vi.waitFor(async () => expect(await listBuilds('failed')).toHaveLength(3), {
    timeout: 60_000,
    interval: 200,
  });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await service?.remove();
});

/** A build that fails within moments: there is no such workflow. */
async function askForMissing(step: string): Promise<void> {
  const machine = { platform: 'linux/amd64', architecture: 'rome', container_engine: 'singularity' };
  const body = JSON.stringify({ machine, workflow: 'not_there', step_id: step });
  const answer = await service.fetch(`${service.api}/builds`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(201);
}

async function listBuilds(state: string): Promise<unknown[]> {
  const answer = await service.fetch(`${service.api}/builds?state=${state}`);
  return ((await answer.json()) as { items: unknown[] }).items;
}

async function openSignedIn(look: Look = 'light') {
  const watched = await openTestPage(browser, look);
  await watched.page.goto(`${base}/`);
  await signIn(watched.page, admin);
  await watched.page.getByRole('heading', { name: 'Home' }).waitFor();
  return watched;
}

const rows = (page: Page) => page.getByRole('main').getByRole('row', { name: /not_there/ });

describe('signing in', () => {
  test('leads back to the page that was asked for', async () => {
    const { page, complaints } = await openTestPage(browser);
    await page.goto(`${base}/builds?status=failed`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('User name').fill('admin');
    await page.getByLabel('Password', { exact: true }).fill('a wrong password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('wrong');
    await page.getByLabel('Password', { exact: true }).fill(adminPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Builds' }).waitFor();
    expect(page.url()).toBe(`${base}/builds?status=failed`);
    expect(await page.title()).toBe('Builds · CIC');
    expect(complaints).toEqual([]);
  });

  test('is asked for again when the session has ended elsewhere', async () => {
    const { page } = await openSignedIn();
    await page.getByRole('link', { name: 'Builds', exact: true }).click();
    await expect.poll(() => rows(page).count()).toBe(3);
    // Whatever is asked next meets the end of the session: here it is the search.
    await page.route(
      '**/api/v1/builds?*search=mesh*',
      async (route) => {
        await page.request.delete(`${service.api}/session`);
        await route.continue();
      },
      { times: 1 },
    );
    await page.getByLabel('Search').fill('mesh');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, admin);
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(page.url()).toBe(`${base}/builds?search=mesh`);
    await page.getByRole('button', { name: /^Sign out/ }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(page.url()).toBe(`${base}/sign-in`);
  });

  test('is not needed by who makes an account, and has no page for administrators then', async () => {
    const { page, complaints } = await openTestPage(browser);
    await page.goto(`${base}/account`);
    await page.getByRole('link', { name: 'Make one' }).click();
    // The page before has a field of the same name.
    await page.getByRole('heading', { name: 'Make an account' }).waitFor();
    await page.getByLabel('User name').fill('grace');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByLabel('Password', { exact: true }).fill('a-flow-matic-compiler');
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('heading', { name: 'Account', exact: true }).waitFor();
    expect(page.url()).toBe(`${base}/account`);
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await page.getByText('You have no builds yet').waitFor();
    expect(await page.getByRole('link', { name: 'Admin' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('needs no root of the service: that leads to the pages', async () => {
    const { page } = await openTestPage(browser);
    await page.goto(service.origin);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe('the list of builds', () => {
  test('is filtered by the address, and by what is typed into it', async () => {
    const { page, complaints } = await openSignedIn();
    await page.getByRole('link', { name: 'Builds', exact: true }).click();
    await expect.poll(() => rows(page).count()).toBe(3);
    await page.getByLabel('Search').fill('matrix');
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(page.url()).toBe(`${base}/builds?search=matrix`);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => rows(page).count()).toBe(3);
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Succeeded' }).click();
    await page.getByText('No build is like that').waitFor();
    await page.goBack();
    await expect.poll(() => rows(page).count()).toBe(3);
    const workflow = page.getByRole('combobox', { name: 'Workflow' });
    await workflow.fill('not_there');
    await workflow.press('Enter');
    await page.waitForURL(`${base}/builds?workflow=not_there`);
    await page.goto(`${base}/builds?user=nobody`);
    await page.getByText('No build is like that').waitFor();
    await page
      .getByRole('link', { name: /^not_there/ })
      .first()
      .waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('shows what comes without being asked', async () => {
    const { page } = await openSignedIn();
    await page.getByRole('link', { name: 'Builds', exact: true }).click();
    await expect.poll(() => rows(page).count()).toBe(3);
    await askForMissing('added_later');
    await rows(page).filter({ hasText: 'added_later' }).filter({ hasText: 'Failed' }).waitFor();
  });
});

test('colours that are chosen are there at once, and after the page is loaded again', async () => {
  const { page } = await openSignedIn();
  const scheme = () => page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme');
  const toggle = page.getByRole('button', { name: /^Colours: / });
  expect(await scheme()).toBe('light');
  for (const name of ['light', 'dark']) {
    await toggle.click();
    await expect.poll(() => toggle.getAttribute('aria-label')).toContain(name);
  }
  expect(await scheme()).toBe('dark');
  await page.reload();
  await toggle.waitFor();
  expect(await scheme()).toBe('dark');
  await toggle.click();
  await expect.poll(scheme).toBe('light');
});

test('pages that were not visited yet wait for a service that is away, and come when it is back', async () => {
  const { page } = await openSignedIn();
  await service.end('SIGTERM');
  await page.getByRole('link', { name: 'Images', exact: true }).click();
  await page.getByRole('heading', { name: 'This page is not here yet' }).waitFor();
  await page.getByRole('link', { name: 'Builds', exact: true }).waitFor();
  service = await service.restart();
  await page.getByRole('heading', { name: 'Images', exact: true }).waitFor();
});

describe('the keyboard', () => {
  test('skips the navigation, and begins at the content of each page', async () => {
    const { page } = await openSignedIn();
    await page.reload();
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
    await page.getByRole('link', { name: 'Builds', exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'Builds' }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('MAIN');
  });

  test('stays among the tabs of a page', async () => {
    const { page } = await openSignedIn();
    await page.goto(`${base}/admin/users`);
    await page.getByRole('tab', { name: 'Users' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Running and waiting, of all users').waitFor();
    expect(page.url()).toBe(`${base}/admin/queue`);
    expect(await page.title()).toBe('Queue · Admin · CIC');
    await page.keyboard.press('ArrowRight');
    await page.getByText('What retention would remove now').waitFor();
  });
});

test('an unknown address says so, and the frozen ones stay as they were', async () => {
  const { page } = await openSignedIn();
  const answer = await page.goto(`${base}/nowhere/at/all`);
  expect(answer?.status()).toBe(404);
  await page.getByText('There is no page at this address').waitFor();
  const headers = { accept: 'text/html' };
  for (const path of ['/login', '/image_creation/login']) {
    expect((await service.fetch(path, { as: '', headers })).status).toBe(401);
  }
});

test('the documentation of the API is a page of this service alone', async () => {
  const { page, complaints } = await openSignedIn();
  await page.goto(`${base}/account`);
  await page.getByRole('link', { name: 'documentation of the API' }).click();
  await page.getByText('Ask for images, and follow and end what was asked for').waitFor();
  expect(await page.title()).toBe('CIC: API');
  expect(complaints).toEqual([]);
});

test('the first page is small, and its files come compressed and for ever', async () => {
  const { page } = await openTestPage(browser);
  const scripts: Request[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script' && request.url().includes('/assets/')) scripts.push(request);
  });
  await page.goto(`${base}/`);
  await signIn(page, admin);
  await page.getByRole('heading', { name: 'Last builds' }).waitFor();
  await page.waitForLoadState('networkidle');
  const sizes = await Promise.all(scripts.map((request) => request.sizes()));
  const scriptBytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
  const answers = await Promise.all(scripts.map((request) => request.response()));
  const caching = new Set(answers.map((answer) => answer?.headers()['cache-control']));
  console.log(`JavaScript for sign-in and home: ${Math.round(scriptBytes / 1000)} kB`);
  expect(scriptBytes).toBeGreaterThan(50_000);
  expect(scriptBytes).toBeLessThan(250_000);
  expect([...caching]).toEqual(['public, max-age=31536000, immutable']);
});

describe.each(Object.keys(looks) as Look[])('in the look "%s"', (look) => {
  test('no page has a serious violation of accessibility, or says anything on the console', async () => {
    const { page, complaints } = await openTestPage(browser, look);
    const visit = async (path: string, heading: string) => {
      await page.goto(`${base}${path}`);
      await page.getByRole('heading', { name: heading, exact: true }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await findViolations(page)).toEqual([]);
      await keepScreenshot(page, heading.toLowerCase().replaceAll(' ', '-'), look);
    };
    await visit('/sign-in', 'Sign in');
    await signIn(page, admin);
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await visit('/', 'Home');
    await visit('/builds', 'Builds');
    await visit('/nowhere', 'Page not found');
    expect(complaints).toEqual([]);
  });
});

test('a list that is longer than a page goes on, and back', async () => {
  const { page, complaints } = await openSignedIn();
  for (let count = 0; count < 54; count += 1) await askForMissing(`many_${count}`);
  await page.goto(`${base}/builds?search=many_`);
  await expect.poll(() => rows(page).count()).toBe(50);
  await page.getByRole('link', { name: 'Older' }).click();
  await expect.poll(() => rows(page).count()).toBe(4);
  expect(await page.getByRole('link', { name: 'Older' }).getAttribute('aria-disabled')).toBe('true');
  await rows(page).filter({ hasText: 'many_0' }).waitFor();
  await page.goBack();
  await expect.poll(() => rows(page).count()).toBe(50);
  await page.goForward();
  await expect.poll(() => rows(page).count()).toBe(4);
  await page.getByRole('link', { name: 'Newer' }).click();
  await expect.poll(() => rows(page).count()).toBe(50);
  expect(page.url()).toBe(`${base}/builds?search=many_`);
  expect(complaints).toEqual([]);
});

test('who goes through a long list with the keyboard keeps the place', async () => {
  const { page, complaints } = await openSignedIn();
  await page.goto(`${base}/builds?search=many_`);
  const [older, newer] = ['Older', 'Newer'].map((name) => page.getByRole('link', { name }));
  const focused = () => page.evaluate('document.activeElement.textContent');
  let goOn: (() => void) | undefined;
  await page.route('**/api/v1/builds?*cursor=*', async (route) => {
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await route.continue();
  });
  await older?.press('Enter');
  await expect.poll(() => goOn).toBeDefined();
  await expect.poll(() => older?.getAttribute('aria-disabled')).toBe('true');
  const address = page.url();
  // It leads nowhere while the next page is on its way.
  await page.keyboard.press('Enter');
  goOn?.();
  await expect.poll(() => rows(page).count()).toBe(4);
  expect(page.url()).toBe(address);
  expect(await focused()).toBe('Older');
  await newer?.press('Enter');
  await expect.poll(() => rows(page).count()).toBe(50);
  expect(await focused()).toBe('Newer');
  expect(complaints).toEqual([]);
});
