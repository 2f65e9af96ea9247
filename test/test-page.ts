import type { Browser } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { keepScreenshot, type Look, openPage, type WatchedPage } from './browser.ts';

/** A page for the test that is running: closed when that ends. Of one that fails a picture is kept, with what the page says. */
export async function openTestPage(browser: Browser, look: Look = 'light'): Promise<WatchedPage> {
  const watched = await openPage(browser, look);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await keepEvidence(watched, task.name, look);
    await watched.page.context().close();
  });
  return watched;
}

async function keepEvidence({ page, complaints }: WatchedPage, name: string, look: Look): Promise<void> {
  try {
    const text = await page.locator('body').ariaSnapshot();
    console.error([`"${name}" failed at ${page.url()}, which says:`, text, ...complaints].join('\n'));
    await keepScreenshot(page, `failed-${name.replaceAll(/\W+/g, '-')}`, look);
  } catch (error) {
    console.error(`there is no picture of "${name}": ${error}`);
  }
}
