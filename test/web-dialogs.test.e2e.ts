import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signIn, startBrowser } from './browser.ts';
import { admin, startService, type TestService } from './service.ts';
import { openTestPage } from './test-page.ts';

/** What is asked in dialogs, with the keyboard, on a network that is slow, and while others change the same. */

let service: TestService;
let browser: Browser;
let base: string;

beforeAll(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  base = `${service.origin}/image_creation`;
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await service?.remove();
});

async function openPath(path: string) {
  const watched = await openTestPage(browser);
  await watched.page.goto(`${base}${path}`);
  await signIn(watched.page, admin);
  await watched.page.getByRole('heading', { level: 2 }).first().waitFor();
  return watched;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog');
const focused = (page: Page, property: 'textContent' | 'ariaLabel' = 'textContent') =>
  page.evaluate<string>(`document.activeElement.${property}`);

/** What somebody else does meanwhile. */
async function send(method: string, path: string, body?: unknown): Promise<Response> {
  const answer = await service.fetch(`${service.api}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  expect(answer.ok).toBe(true);
  return answer;
}

/** Requests of this kind wait until they are let go. */
async function holdUp(page: Page, method: string, address: string) {
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  await page.route(address, async (route) => {
    if (route.request().method() === method) {
      asked += 1;
      await gate.promise;
    }
    await route.continue();
  });
  return { isAsked: () => expect.poll(() => asked).toBeGreaterThan(0), letGo: gate.resolve };
}

const tokens = '**/api/v1/account/tokens';

describe('a secret that is shown once', () => {
  test('is not lost by who would close its dialog while it is made', async () => {
    const { page, complaints } = await openPath('/account');
    await button(page, 'New token').click();
    await page.getByLabel('Name').fill('slow');
    const making = await holdUp(page, 'POST', tokens);
    await page.getByLabel('Name').press('Enter');
    await making.isAsked();
    await expect.poll(() => button(page, 'Cancel').isDisabled()).toBe(true);
    expect(await button(page, 'Close').count()).toBe(0);
    await page.keyboard.press('Escape');
    making.letGo();
    await dialog(page).getByText(/^cic_/).waitFor();
    // A key goes on from there.
    expect(await focused(page)).toContain('It is shown only now');
    await button(page, 'Done').click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('waits for no list', async () => {
    const { page } = await openPath('/account');
    await button(page, 'New token').click();
    await page.getByLabel('Name').fill('quick');
    const listing = await holdUp(page, 'GET', tokens);
    await button(page, 'Make the token').click();
    await dialog(page).getByText(/^cic_/).waitFor();
    await listing.isAsked();
    await button(page, 'Done').click();
    listing.letGo();
    await page.getByRole('row', { name: /quick/ }).waitFor();
  });
});

describe('a question that was answered', () => {
  test('closes before the list is there anew; the focus stays by it, and what was done is said', async () => {
    await send('POST', '/account/tokens', { name: 'old-laptop', scopes: ['read'], expires_at: null });
    const { page, complaints } = await openPath('/account');
    const listing = await holdUp(page, 'GET', tokens);
    await button(page, 'Revoke the token old-laptop').press('Enter');
    await button(page, 'Revoke').press('Enter');
    await dialog(page).waitFor({ state: 'detached' });
    await listing.isAsked();
    expect(await focused(page)).toBe('API tokens');
    await page.getByRole('status').filter({ hasText: 'Revoke the token old-laptop: done' }).waitFor();
    listing.letGo();
    await page.getByRole('row', { name: /old-laptop/ }).waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('API tokens');
    expect(complaints).toEqual([]);
  });

  test('stays while the answer is on its way, and says why it was refused', async () => {
    await send('POST', '/users', { name: 'gone' });
    const { page } = await openPath('/admin/users');
    const deleting = await holdUp(page, 'DELETE', '**/api/v1/users/*');
    await button(page, 'Delete the user gone').click();
    await button(page, 'Delete').click();
    await deleting.isAsked();
    await page.keyboard.press('Escape');
    expect(await dialog(page).count()).toBe(1);
    expect(await button(page, 'Cancel').isDisabled()).toBe(true);
    const { items } = (await (await send('GET', '/users')).json()) as {
      items: { id: string; name: string }[];
    };
    await send('DELETE', `/users/${items.find(({ name }) => name === 'gone')?.id}`);
    deleting.letGo();
    await dialog(page).getByRole('alert').waitFor();
    // Tab does not leave it for the page behind.
    await page.keyboard.press('Tab');
    expect(await focused(page, 'ariaLabel')).toBe('Close');
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('Delete the user gone');
  });

  test('ends all other sessions, though one has ended meanwhile', async () => {
    await openPath('/account');
    await openPath('/account');
    const { page } = await openPath('/account');
    const ends = button(page, /^End the session of/);
    const others = await ends.count();
    expect(others).toBeGreaterThan(1);
    const answer = await page.request.get(`${service.api}/account/sessions`);
    const { items } = (await answer.json()) as { items: { id: string; current: boolean }[] };
    const first = items.find(({ current }) => !current);
    await send('DELETE', `/account/sessions/${first?.id}`);
    await button(page, 'End all other sessions').click();
    await button(page, 'End them').click();
    await expect.poll(() => ends.count()).toBe(0);
    expect(await focused(page)).toBe('Sessions');
  });
});

test('a form changes what was changed in it: who was disabled meanwhile stays so', async () => {
  const made = await send('POST', '/users', { name: 'grace' });
  const { id } = (await made.json()) as { id: string };
  const { page } = await openPath('/admin/users');
  await button(page, 'Change grace').click();
  await send('PATCH', `/users/${id}`, { disabled: true, quota: { running: 2 } });
  await page.getByLabel('Builds that wait').fill('7');
  await button(page, 'Save').click();
  await page.getByRole('row', { name: /grace.*disabled.*2 running, 7 waiting/ }).waitFor();
});
