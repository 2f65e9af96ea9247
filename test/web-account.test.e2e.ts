import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execInImage } from './apptainer.ts';
import {
  findViolations,
  keepScreenshot,
  type Look,
  looks,
  signIn,
  startBrowser,
  type WatchedPage,
} from './browser.ts';
import { type OidcServer, startOidcServer, trustProvider } from './oidc-server.ts';
import { tryDownload } from './resumed-download.ts';
import { admin, findFreePort, startService, type TestService } from './service.ts';
import { hasEnded, toRequest, waitFor } from './service-builds.ts';
import { openTestPage } from './test-page.ts';

/**
 * Accounts, administration and images in a real browser. The tests follow each other: an administrator invites Ada, whose
 * token asks for a build, whose image all see then.
 */

const ada = { name: 'ada', password: 'analytical engine no. 1' };
const wordcount = toRequest('minimal_workflow/wordcount');

let service: TestService;
let oidc: OidcServer;
let browser: Browser;
let base: string;
let token: string;
let buildId: string;

beforeAll(async () => {
  const port = await findFreePort();
  const callback = `http://127.0.0.1:${port}/image_creation/api/v1/session/oidc/callback`;
  [oidc, browser] = await Promise.all([startOidcServer([callback]), startBrowser()]);
  const settings = {
    issuer: oidc.issuer,
    client_id: 'cic',
    client_secret_file: oidc.secretFile,
    name: 'HPC login',
  };
  service = await startService({
    port,
    config: {
      network: { ca_bundle: await trustProvider(oidc) },
      service: { sign_up: 'invite', oidc: settings, retention: { logs: { total: '1k' } } },
    },
  });
  base = `${service.origin}/image_creation`;
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await service?.remove();
  await oidc?.stop();
});

async function openAs(person: typeof ada, look: Look = 'light'): Promise<WatchedPage> {
  const watched = await openTestPage(browser, look);
  await watched.page.goto(`${base}/`);
  await signIn(watched.page, person);
  await heading(watched.page, 'Home').waitFor();
  return watched;
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** What a dialog shows once, from its field. */
const shownOnce = async (page: Page) =>
  (await page.getByRole('dialog').locator('code').first().textContent()) ?? '';

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return service.fetch(`${service.api}${path}`, { ...init, as: `Bearer ${token}` });
}

test('an administrator invites a person, who makes an account by the link', async () => {
  const { page, complaints } = await openAs(admin);
  await page.getByRole('link', { name: 'Admin' }).click();
  await expect.poll(() => page.title()).toBe('Users · Admin · CIC');
  await button(page, 'Invite').click();
  await button(page, 'Make the link').click();
  const link = await shownOnce(page);
  await button(page, 'Done').click();
  await page.getByRole('cell', { name: 'A user' }).waitFor();
  expect(complaints).toEqual([]);

  const guest = await openTestPage(browser);
  await guest.page.goto(link);
  await signUp(guest.page);
  await heading(guest.page, 'Home').waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'ada' }).waitFor();
  await page.getByRole('cell', { name: /^used / }).waitFor();
});

async function signUp(page: Page): Promise<void> {
  await page.getByLabel('User name').fill(ada.name);
  await page.getByLabel('Password', { exact: true }).fill(ada.password);
  await button(page, 'Make the account').click();
}

test('a token is shown once, and asks for a build', async () => {
  const { page, complaints } = await openAs(ada);
  await page.getByRole('link', { name: 'Account' }).click();
  await button(page, 'New token').click();
  await page.getByLabel('Name').fill('laptop');
  await button(page, 'Make the token').click();
  token = await shownOnce(page);
  expect(token).toMatch(/^cic_/);
  // Nobody sees it again: it is not lost by a key that closes other dialogs.
  await page.keyboard.press('Escape');
  expect(await shownOnce(page)).toBe(token);
  await button(page, 'Done').click();
  await page.getByRole('row', { name: /laptop.*never/ }).waitFor();
  const headers = { 'content-type': 'application/json' };
  const asked = await ask('/builds', { method: 'POST', body: JSON.stringify(wordcount), headers });
  expect(asked.status).toBe(201);
  buildId = ((await asked.json()) as { id: string }).id;
  // It has not the scope for that.
  expect((await ask('/account/tokens')).status).toBe(403);
  await expect
    .poll(async () => {
      await page.reload();
      await page.getByRole('row', { name: /laptop/ }).waitFor();
      return page.getByRole('row', { name: /laptop.*never/ }).count();
    })
    .toBe(0);
  expect(await page.content()).not.toContain(token);
  expect(complaints).toEqual([]);
});

test('the password is changed by who knows the old one; sessions are listed, and ended from another', async () => {
  const [here, there] = [await openAs(ada), await openAs(ada)];
  const { page } = here;
  await page.goto(`${base}/account`);
  // Those of the tests before were not ended.
  await expect.poll(() => button(page, /^End the session of/).count()).toBe(3);
  await page.getByRole('row', { name: /This one/ }).waitFor();
  await button(page, /^End the session of/)
    .first()
    .click();
  await button(page, 'End it').click();
  await expect.poll(() => button(page, /^End the session of/).count()).toBe(2);

  await changePassword(page, { old: 'not my password', next: 'analytical engine no. 2' });
  await page.getByText('This is not your password').waitFor();
  await changePassword(page, { old: ada.password, next: 'adaadaadaada' });
  await page.getByText('The password has fewer than 5 different characters.').waitFor();
  await changePassword(page, { old: ada.password, next: 'analytical engine no. 2' });
  await page.getByText('The password is changed').waitFor();
  await expect.poll(() => button(page, /^End the session of/).count()).toBe(0);
  await there.page.reload();
  await heading(there.page, 'Sign in').waitFor();
  await signIn(there.page, { ...ada, password: 'analytical engine no. 2' });
  await heading(there.page, 'Home').waitFor();
  expect(here.complaints).toEqual([]);
  await changePassword(page, { old: 'analytical engine no. 2', next: ada.password });
  await page.getByText('The password is changed').waitFor();
});

async function changePassword(
  page: Page,
  { old, next }: { readonly old: string; readonly next: string },
): Promise<void> {
  await page.getByLabel('Old password').fill(old);
  await page.getByLabel('New password').fill(next);
  await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith('/account/password')),
    button(page, 'Change the password').click(),
  ]);
}

/** Fills in the two forms of the provider: who one is, and what CIC may know. */
async function logInAtProvider(page: Page, account: string): Promise<void> {
  await page.getByRole('link', { name: 'HPC login' }).click();
  await page.locator('input[name="login"]').fill(account);
  await page.locator('input[name="password"]').fill('any');
  await page.locator('button[type="submit"]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

test('a login at the provider that is refused says why; with an invitation it makes an account', async () => {
  const { page, complaints } = await openTestPage(browser);
  await page.goto(`${base}/images`);
  await logInAtProvider(page, 'heidi');
  await heading(page, 'Sign in').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('You have no account here');
  expect(page.url()).toBe(`${base}/sign-in?error=AUTH_LOGIN_REFUSED&to=%2Fimages`);
  expect(await findViolations(page)).toEqual([]);
  await keepScreenshot(page, 'sign-in-refused', 'light');

  const made = await service.fetch(`${service.api}/invites`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  const { code } = (await made.json()) as { code: string };
  await page.goto(`${base}/sign-up?invite=${code}`);
  await page.getByRole('link', { name: 'HPC login' }).click();
  // The provider knows the browser by now.
  await heading(page, 'Home').waitFor();
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByText('there is no password to change here').waitFor();
  expect(complaints).toEqual([]);
});

test('a link cannot put words into the sign-in page', async () => {
  const { page } = await openTestPage(browser);
  await page.goto(`${base}/sign-in?error=Call%20555&to=https://evil.example`);
  const alert = await page.getByRole('alert').textContent();
  expect(alert).toContain('Try again, or sign in with a password');
  expect(alert).not.toContain('555');
});

test('an image is downloaded from its list, byte for byte, and says how it is run', async () => {
  const build = await waitFor(service, buildId, { is: hasEnded });
  expect(build).toMatchObject({ state: 'succeeded', failure: null });
  const { page, complaints } = await openAs(ada);
  await page.getByRole('link', { name: 'Images' }).click();
  await page.getByLabel('Search').fill('wordcount');
  const filename = 'minimal_workflow_wordcount_none_nompi_nogpu_v_latest.sif';
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: `Download ${filename}` }).click(),
  ]);
  const digest = createHash('sha256')
    .update(await readFile(await download.path()))
    .digest('hex');
  expect(digest).toBe(build.sif?.sha256);
  const sif = join(service.data, 'downloaded.sif');
  await download.saveAs(sif);
  expect(await execInImage(sif, ['ls', '/'])).toMatch(/^wordcount$/m);
  await page.getByRole('link', { name: 'minimal_workflow / wordcount' }).click();
  await heading(page, 'Run it').waitFor();
  await page.getByText(`srun apptainer exec ${filename} <command>`).waitFor();
  await page.getByText(digest, { exact: true }).waitFor();
  const command = page.getByText(/^curl -f --retry 5 -C - -u ada -o/);
  expect(await command.textContent()).toContain(`echo '${digest}  ${filename}' | sha256sum -c`);
  await page.getByRole('link', { name: 'its log and files' }).waitFor();
  expect(complaints).toEqual([]);
});

test('another user sees the image, and neither its build nor its log', async () => {
  const { page } = await openTestPage(browser);
  await page.goto(`${base}/images`);
  await logInAtProvider(page, 'heidi');
  await page.getByRole('link', { name: 'minimal_workflow / wordcount' }).click();
  await heading(page, 'Run it').waitFor();
  await tryDownload((await page.getByText(/CIC_TOKEN:/).textContent()) ?? '', token);
  expect(await page.getByRole('link', { name: 'its log and files' }).count()).toBe(0);
  expect(await button(page, 'Delete the image').count()).toBe(0);
  for (const path of ['', '/log', '/events', '/files']) {
    const answer = await page.request.get(`${service.api}/builds/${buildId}${path}`);
    expect([path, answer.status()]).toEqual([path, 404]);
  }
  expect((await ask(`/builds/${buildId}/log`)).status).toBe(200);
  await page.goto(`${base}/admin/users`);
  await page.getByText('This page is for administrators').waitFor();
});

test('a revoked token is good for nothing', async () => {
  expect((await ask('/account')).status).toBe(200);
  const { page } = await openAs(ada);
  await page.goto(`${base}/account`);
  await button(page, 'Revoke the token laptop').click();
  await button(page, 'Revoke').click();
  await page.getByText('You have no tokens').waitFor();
  expect((await ask('/account')).status).toBe(401);
});

test('an administrator sets limits, keeps somebody out, and sets a password', async () => {
  const { page, complaints } = await openAs(admin);
  await page.goto(`${base}/admin/users`);
  await button(page, 'Change ada').click();
  await page.getByLabel('Builds that wait').fill('7');
  await page.getByLabel('SIF files').fill('2.5');
  await page.getByRole('switch', { name: 'Disabled' }).click();
  expect(await findViolations(page)).toEqual([]);
  await keepScreenshot(page, 'admin-user', 'light');
  await button(page, 'Save').click();
  await page.getByRole('row', { name: /ada.*disabled.*7 waiting, 2.5 GB/ }).waitFor();
  const refused = await openTestPage(browser);
  await refused.page.goto(`${base}/`);
  await signIn(refused.page, ada);
  await refused.page.getByRole('alert').waitFor();
  await button(page, 'Change ada').click();
  await page.getByRole('switch', { name: 'Disabled' }).click();
  await button(page, 'Save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await button(page, 'Set the password of ada').click();
  await page.getByLabel('New password').fill('difference engine');
  await button(page, 'Set it').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await signIn(refused.page, { ...ada, password: 'difference engine' });
  await heading(refused.page, 'Home').waitFor();
  expect(complaints).toEqual([]);
});

test('an account is made with a password that is shown once, and deleted after a question', async () => {
  const { page } = await openAs(admin);
  await page.goto(`${base}/admin/users`);
  await button(page, 'New user').click();
  await page.getByLabel('User name').fill('short-lived');
  await button(page, 'Make the account').click();
  const password = await shownOnce(page);
  await button(page, 'Done').click();
  const person = await openAs({ name: 'short-lived', password });
  await button(page, 'Delete the user short-lived').click();
  await button(page, 'Delete').click();
  await page.getByRole('link', { name: 'short-lived' }).waitFor({ state: 'detached' });
  await person.page.reload();
  await heading(person.page, 'Sign in').waitFor();
});

test('queue, storage and settings are shown to administrators', async () => {
  const { page } = await openAs(admin);
  await page.getByText('The whole site').waitFor();
  await page.getByText('in 1 image').waitFor();
  await page.goto(`${base}/admin`);
  await page.getByRole('tab', { name: 'Storage' }).click();
  await page.getByRole('row', { name: /^Logs 1 / }).waitFor();
  await page.getByRole('row', { name: new RegExp(`^${buildId} Logs`) }).waitFor();
  expect(page.url()).toBe(`${base}/admin/storage`);
  await page.getByRole('tab', { name: 'Queue' }).click();
  await page.getByText('Nothing runs, and nothing waits').waitFor();
  await page.getByRole('tab', { name: 'Settings' }).click();
  const yaml = (await page.getByRole('region', { name: 'Settings as YAML' }).textContent()) ?? '';
  expect(yaml).toContain(`issuer: ${oidc.issuer} # file`);
  expect(yaml).toMatch(/port: \d+ # --port/);
  await page.goBack();
  await page.getByText('Nothing runs, and nothing waits').waitFor();
});

const pages = [
  ['/', 'Home', 'home-admin'],
  ['/images', 'Images', 'images'],
  ['/account', 'Account', 'account'],
  ['/admin/users', 'Users', 'admin-users'],
  ['/admin/queue', 'Running and waiting, of all users', 'admin-queue'],
  ['/admin/storage', 'What retention would remove now', 'admin-storage'],
  ['/admin/settings', 'Settings', 'admin-settings'],
] as const;

test.each(Object.keys(looks) as Look[])('no page has a serious violation in the look "%s"', async (look) => {
  const { page, complaints } = await openAs(admin, look);
  const lookAt = async (name: string) => {
    await page.waitForLoadState('networkidle');
    expect([name, ...(await findViolations(page))]).toEqual([name]);
    await keepScreenshot(page, name, look);
  };
  for (const [path, title, name] of pages) {
    await page.goto(`${base}${path}`);
    await heading(page, title).waitFor();
    await lookAt(name);
  }
  await page.goto(`${base}/images`);
  await page.getByRole('link', { name: 'minimal_workflow / wordcount' }).click();
  await heading(page, 'Run it').waitFor();
  await lookAt('image');
  await page.goto(`${base}/account`);
  await button(page, 'New token').click();
  await page.getByLabel('Name').waitFor();
  await lookAt('new-token');
  expect(complaints).toEqual([]);
});

test('an image is deleted after a question, with its file', async () => {
  const { page, complaints } = await openAs(admin);
  await page.goto(`${base}/images`);
  await page.getByRole('link', { name: 'minimal_workflow / wordcount' }).click();
  await button(page, 'Delete the image').click();
  await button(page, 'Delete').click();
  await page.getByText('There are no images yet').waitFor();
  expect(page.url()).toBe(`${base}/images`);
  await page.goto(`${base}/images/${crypto.randomUUID()}`);
  await page.getByText('There is no such image').waitFor();
  expect(complaints).toEqual([]);
});
