import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../src/exec/run.ts';
import { execInImage, runApptainer } from './apptainer.ts';
import { signIn, startBrowser } from './browser.ts';
import { startTlsRegistry, type TlsRegistry, trust } from './registry.ts';
import { admin, startService, type TestService } from './service.ts';
import { getBuild, hasEnded, submit, waitFor } from './service-builds.ts';
import { createRegistryFolder, type TestRegistryFolder } from './service-steps.ts';
import { openTestPage } from './test-page.ts';

/** From the page of a build to a machine that has the image: the commands of the pages, as they are copied. */

let registry: TlsRegistry;
let service: TestService;
let browser: Browser;
let steps: TestRegistryFolder;
let folder: string;
let id: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-pulled-'));
  [registry, steps, browser] = await Promise.all([
    startTlsRegistry(),
    createRegistryFolder(),
    startBrowser(),
  ]);
  service = await startService({
    config: {
      workflow_registry: steps.folder,
      network: { ca_bundle: await trust(folder, registry) },
      registry: { prefix: `${registry.host}/team`, sif: true },
    },
  });
  id = await submit(service, await steps.addStep('echo pulled >/made-by-the-step'));
  await waitFor(service, id, { is: hasEnded });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await service?.remove();
  await registry?.stop();
  await steps?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Words of a command that was copied from the page of the image. */
async function copyCommand(page: Page, name: string): Promise<string[]> {
  await page.getByRole('button', { name: `Copy: ${name}` }).click();
  const text = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(text).toMatch(new RegExp(`^${name} [\\w./:@-]+$`));
  return text.split(' ');
}

test('an image is found from its build, and pulled by Docker and by Apptainer as the page says', async () => {
  const { page, complaints } = await openTestPage(browser);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${service.origin}/image_creation/builds/${id}`);
  await signIn(page, admin);
  await page.getByRole('link', { name: 'How to get and run it' }).click();
  await page.getByRole('heading', { name: 'Get it' }).waitFor();

  const [docker = '', ...dockerArgs] = await copyCommand(page, 'docker pull');
  await run({ file: docker, args: dockerArgs });
  const image = dockerArgs.at(-1) ?? '';
  try {
    const made = await run({ file: docker, args: ['run', '--rm', image, 'cat', '/made-by-the-step'] });
    expect(made.stdout).toBe('pulled\n');
  } finally {
    await run({ file: docker, args: ['image', 'rm', image] });
  }

  const [, ...apptainerArgs] = await copyCommand(page, 'apptainer pull');
  await runApptainer(apptainerArgs, {
    env: { SSL_CERT_FILE: registry.caBundle, APPTAINER_PULLDIR: folder },
  });
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.sif'));
  const pulled = join(folder, name);
  const { sif } = await getBuild(service, id);
  expect(
    createHash('sha256')
      .update(await readFile(pulled))
      .digest('hex'),
  ).toBe(sif?.sha256);
  expect(await execInImage(pulled, ['cat', '/made-by-the-step'])).toBe('pulled\n');
  expect(complaints).toEqual([]);
});

test('the page of a build knows when its image is no longer there', async () => {
  const { page } = await openTestPage(browser);
  await page.goto(`${service.origin}/image_creation/builds/${id}`);
  await signIn(page, admin);
  const download = page.getByRole('link', { name: 'Download the SIF' });
  await download.waitFor();
  const { items } = (await (await service.fetch(`${service.api}/images`)).json()) as {
    items: { id: string }[];
  };
  for (const image of items) await service.fetch(`${service.api}/images/${image.id}`, { method: 'DELETE' });
  await page.reload();
  await page.getByText('It is no longer here').waitFor();
  expect(await download.count()).toBe(0);
});
