import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { type Look, signIn, type WatchedPage } from './browser.ts';
import { admin } from './service.ts';
import { openTestPage } from './test-page.ts';

/** The page of a build, as tests open and read it. */

export const pagesOf = (origin: string) => `${origin}/image_creation`;

type Opening = {
  /** Where the service answers. */
  readonly origin: string;
  readonly look?: Look;
  readonly as?: typeof admin;
  /** Done before the page is opened. */
  readonly before?: (page: Page) => Promise<unknown>;
};

/** Signs in, and looks at a build. */
export async function openBuildPage(
  browser: Browser,
  id: string,
  { origin, look = 'light', as = admin, before }: Opening,
): Promise<WatchedPage> {
  const watched = await openTestPage(browser, look);
  await before?.(watched.page);
  await watched.page.goto(`${pagesOf(origin)}/builds/${id}`);
  await signIn(watched.page, as);
  return watched;
}

export const status = (page: Page, text: string) =>
  page.getByRole('main').locator('dl').getByText(text, { exact: true });
export const log = (page: Page) => page.getByRole('region', { name: 'Log of the build' });
export const stage = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Stages' }).getByText(name, { exact: true });

/** `log-in-page.js` as it stands. */
export const readInPage = () => readFile(new URL('log-in-page.js', import.meta.url), 'utf8');

/** Runs a function of `log-in-page.js`. */
export async function inPage<T>(page: Page, call: string): Promise<T> {
  await page.evaluate(await readInPage());
  return page.evaluate<T>(`logInPage.${call}`);
}

/** Texts of all rows of the log. */
export const readRows = (page: Page) => inPage<string[]>(page, 'readRows()');
