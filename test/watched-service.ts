import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { startService, type TestService } from './service.ts';
import { createRegistryFolder, type TestRegistryFolder } from './service-steps.ts';

/** A service that builds the steps a test adds, and a browser to watch it in. */
export type WatchedService = {
  readonly service: TestService;
  readonly browser: Browser;
  readonly steps: TestRegistryFolder;
  remove(): Promise<void>;
};

/** @param settings `service` of the configuration. */
export async function startWatchedService(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<WatchedService> {
  const steps = await createRegistryFolder();
  const [service, browser] = await Promise.all([
    startService({ config: { workflow_registry: steps.folder, service: { concurrency: 3, ...settings } } }),
    startBrowser(),
  ]);
  return {
    service,
    browser,
    steps,
    async remove() {
      await browser.close();
      await service.remove();
      await steps.remove();
    },
  };
}
