import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { repository } from './cic.ts';

const screenshots = join(repository, '.cache/screenshots');

/** How a page is looked at: each is a screenshot of its own. */
export const looks = {
  light: { viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true, isMobile: true },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;

export type Look = keyof typeof looks;

/** Debian's Chromium; `test/setup/chromium.sh` installs it. */
export function startBrowser(): Promise<Browser> {
  // As root there is no sandbox; /dev/shm is small in containers.
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  return chromium.launch({ executablePath: process.env['CIC_TEST_CHROMIUM'] ?? '/usr/bin/chromium', args });
}

/** A page whose complaints are kept: errors of scripts, refusals of the policy, faults of the console. */
export type WatchedPage = {
  readonly page: Page;
  readonly complaints: string[];
};

export async function openPage(browser: Browser, look: Look = 'light'): Promise<WatchedPage> {
  const context = await browser.newContext({
    ...looks[look],
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    // The provider of a login has an authority of its own.
    ignoreHTTPSErrors: true,
  });
  const page = await context.newPage();
  // A machine that is busy stands still for many seconds.
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // What the service answers with an error is in the log of every browser; tests look at what the page does then.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isAnswer) complaints.push(message.text());
  });
  return { page, complaints };
}

/** Serious and critical violations that axe finds on the page as it is, one line each. */
export async function findViolations(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy refuses those.
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

type AxeResults = {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
};

/** Keeps a picture of the whole page in `.cache/screenshots`. */
export async function keepScreenshot(page: Page, name: string, look: Look): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({
    path: join(screenshots, `${name}-${look}.png`),
    fullPage: true,
    animations: 'disabled',
  });
}

/** Signs in by the form, as a person does. */
export async function signIn(
  page: Page,
  { name, password }: { readonly name: string; readonly password: string },
) {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
