import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Cookie, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WireBuild } from '../src/api/v1/build-wire.ts';
import { findViolations, keepScreenshot, type Look, looks, signIn, startBrowser } from './browser.ts';
import { repository } from './cic.ts';
import { admin, adminPassword, startService, type TestService } from './service.ts';
import { getBuild, hasEnded, waitFor } from './service-builds.ts';
import { openTestPage } from './test-page.ts';

/** The page that asks for a build, in a real browser over a real service with a registry in git. */

let service: TestService;
let browser: Browser;
let registry: string;
let base: string;

beforeAll(async () => {
  registry = await createRegistry();
  [service, browser] = await Promise.all([
    startService({ config: { workflow_registry: registry } }),
    startBrowser(),
  ]);
  base = `${service.origin}/image_creation`;
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await service?.remove();
  await rm(registry, { recursive: true, force: true });
});

/** The examples in git: a tag, and a branch that has one step more. */
async function createRegistry(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-web-registry-'));
  await cp(join(repository, 'examples/workflows'), folder, { recursive: true });
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=cic', '-c', 'user.email=cic@example.org'];
    execFileSync('git', [...identity, '-C', folder, ...args], { stdio: 'ignore' });
  };
  git('init', '--initial-branch', 'main');
  git('add', '.');
  git('commit', '--message', 'examples');
  git('tag', 'v1');
  git('switch', '--create', 'develop');
  const workflow = join(folder, 'minimal_workflow');
  await cp(join(workflow, 'wordcount'), join(workflow, 'linecount'), { recursive: true });
  git('add', '.');
  git('commit', '--message', 'one step more');
  git('switch', 'main');
  return folder;
}

/** Who has signed in once need not for every test. */
let cookies: Cookie[] | undefined;

async function openNewBuild(query = '', look: Look = 'light') {
  const watched = await openTestPage(browser, look);
  const context = watched.page.context();
  if (cookies !== undefined) await context.addCookies(cookies);
  await watched.page.goto(`${base}/new${query}`);
  if (cookies === undefined) await signIn(watched.page, admin);
  await watched.page.getByRole('form', { name: 'New build' }).waitFor();
  cookies ??= await context.cookies();
  return watched;
}

const field = (page: Page, label: string) => page.getByRole('combobox', { name: label, exact: true });
const contentOf = (page: Page, label: string) => field(page, label).inputValue();
const option = (page: Page, name: string | RegExp) => page.getByRole('option', { name });

/** What stands beside a field, for those who see it and for screen readers; read at one moment, for it changes. */
function noteOf(page: Page, label: string): Promise<string> {
  return field(page, label).evaluate((input) => {
    const { document } = globalThis as unknown as {
      document: { getElementById(id: string): Described | null };
    };
    const ids = (input as unknown as Described).getAttribute('aria-describedby') ?? '';
    return ids
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ');
  });
}

/** The part of an element that is looked at: tests know no DOM. */
type Described = { readonly textContent: string | null; getAttribute(name: string): string | null };

const isInvalid = (page: Page, label: string) => field(page, label).getAttribute('aria-invalid');
/** The service is asked when one has stopped typing; this machine may be busy. */
const eventually = <T>(look: () => T) => expect.poll(look);
const preview = (page: Page) => page.getByRole('region', { name: 'What you get' });

describe('the machine', () => {
  test('is filled in by the name of a system, and what is changed of it is said', async () => {
    const { page, complaints } = await openNewBuild('?workflow=minimal_workflow&step=wordcount');
    await field(page, 'HPC system').fill('marenostrum acc');
    await option(page, /^marenostrum5-acc/).click();
    expect(await contentOf(page, 'Microarchitecture')).toBe('sapphirerapids');
    expect(await contentOf(page, 'GPU')).toMatch(/^cuda@/);
    await preview(page)
      .getByText(/^minimal_workflow_wordcount_marenostrum5-acc_.*\.sif$/)
      .waitFor();
    await field(page, 'MPI').fill('mpich@4');
    await page.getByText('Other than on marenostrum5-acc: MPI.').waitFor();
    await preview(page)
      .getByText(/_mpich_4_.*\.sif$/)
      .waitFor();
    await eventually(() => page.url()).toContain('machine=marenostrum5-acc&mpi=mpich%404');
    await page.getByRole('button', { name: 'As on marenostrum5-acc' }).click();
    await eventually(() => page.url()).not.toContain('mpi=');
    expect(complaints).toEqual([]);
  });

  test('of a named system is chosen by typing its name', async () => {
    const { page } = await openNewBuild();
    await field(page, 'HPC system').click();
    await field(page, 'HPC system').pressSequentially('lumi-g', { delay: 40 });
    await field(page, 'HPC system').press('Enter');
    await eventually(() => contentOf(page, 'Microarchitecture')).toBe('zen3');
    await field(page, 'HPC system').fill('');
    await field(page, 'HPC system').press('ArrowDown');
    await option(page, /^None/).waitFor();
  });

  test('is found by a code name in the list of families, by keyboard, and brings its platform', async () => {
    const { page } = await openNewBuild();
    await field(page, 'Microarchitecture').fill('grace');
    await page.getByRole('group', { name: /^ARM/ }).waitFor();
    await option(page, /^neoverse_v2/).waitFor();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    expect(await contentOf(page, 'Microarchitecture')).toBe('grace');
    expect(await isInvalid(page, 'Workflow')).not.toBe('true');
    expect(await contentOf(page, 'Platform')).toBe('linux/arm64');
  });

  test('that is a favourite is offered here and on the home page, in this browser', async () => {
    const { page } = await openNewBuild('?machine=lumi-g');
    const star = page.getByRole('button', { name: 'Favourite machine: lumi-g' });
    await star.click();
    expect(await star.getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('link', { name: 'Home', exact: true }).click();
    await page.getByRole('link', { name: 'New build for lumi-g' }).click();
    await eventually(() => contentOf(page, 'HPC system')).toBe('lumi-g');
    await field(page, 'Microarchitecture').fill('rome');
    await field(page, 'HPC system').click();
    await option(page, /^None/).click();
    expect(await contentOf(page, 'Microarchitecture')).toBe('rome');
    await page.getByRole('group', { name: 'Favourite machines' }).getByText('lumi-g').click();
    expect(await contentOf(page, 'HPC system')).toBe('lumi-g');
    expect(await contentOf(page, 'Microarchitecture')).toBe('zen3');
  });
});

describe('the workflow', () => {
  test('is one that the registry has at the chosen version', async () => {
    const { page, complaints } = await openNewBuild();
    await field(page, 'Version').click();
    for (const name of ['latest', 'develop', 'main', 'v1']) await option(page, name).waitFor();
    await option(page, 'develop').click();
    await field(page, 'Workflow').fill('minimal');
    await option(page, 'minimal_workflow').click();
    await field(page, 'Step').fill('line');
    await option(page, 'linecount').click();
    await eventually(() => noteOf(page, 'Version')).toMatch(/^Commit [0-9a-f]{10}$/);
    const git = ['-C', registry, 'rev-parse', 'develop'];
    const commit = execFileSync('git', git, { encoding: 'utf8' }).trim();
    await field(page, 'Version').fill('v1');
    await eventually(() => noteOf(page, 'Step')).toContain('has no step of this name at v1');
    await field(page, 'Version').fill('v2');
    await eventually(() => noteOf(page, 'Version')).toContain('no branch or tag "v2"');
    await field(page, 'Version').fill(commit);
    await eventually(() => noteOf(page, 'Version')).toBe(`Commit ${commit.slice(0, 10)}`);
    await eventually(() => noteOf(page, 'Step')).toBe('A folder of the workflow');
    expect(complaints).toEqual([]);
  });

  test('that has one step alone needs no second choice', async () => {
    const { page } = await openNewBuild();
    await field(page, 'Workflow').fill('mpi');
    await option(page, 'mpi_workflow').click();
    expect(await contentOf(page, 'Step')).toBe('mpi_pi');
  });
});

describe('problems', () => {
  test('stand beside their fields while one types, and go when they are mended', async () => {
    const { page } = await openNewBuild();
    expect(await isInvalid(page, 'Microarchitecture')).not.toBe('true');
    await field(page, 'Microarchitecture').fill('rme');
    await eventually(() => noteOf(page, 'Microarchitecture')).toContain('did you mean "rome"?');
    expect(await isInvalid(page, 'Microarchitecture')).toBe('true');
    await field(page, 'MPI').fill('openmi');
    await eventually(() => noteOf(page, 'MPI')).toContain('did you mean "openmpi"?');
    await field(page, 'Microarchitecture').fill('rome');
    await eventually(() => isInvalid(page, 'Microarchitecture')).not.toBe('true');
    expect(await isInvalid(page, 'MPI')).toBe('true');
  });

  test('of an answer that comes late are not those of what is there now', async () => {
    const { page } = await openNewBuild();
    await page.route('**/api/v1/validate', async (route) => {
      const isSlow = route.request().postData()?.includes('rme');
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 1_200));
      await route.continue().catch(() => undefined);
    });
    const asked = page.waitForRequest((request) => request.postData()?.includes('"rme"') ?? false);
    await field(page, 'Microarchitecture').fill('rme');
    await asked;
    await field(page, 'Microarchitecture').fill('zen2');
    await page.waitForTimeout(1_600);
    expect(await isInvalid(page, 'Microarchitecture')).not.toBe('true');
  });

  test('of a form that is not complete are told when the build is asked for', async () => {
    const { page } = await openNewBuild('?machine=rome');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    expect(await noteOf(page, 'Workflow')).toBe('Which workflow?');
    await eventually(() => page.evaluate('document.activeElement.labels[0].textContent')).toBe('Workflow');
  });
});

describe('the request', () => {
  test('is shown as JSON and as commands, and curl builds by it', async () => {
    const { page } = await openNewBuild('?machine=rome&workflow=not_there&step=s&engine=docker');
    const text = (name: string) => page.getByRole('region', { name: `The request: ${name}` }).textContent();
    expect(JSON.parse((await text('JSON')) ?? '')).toMatchObject({ workflow: 'not_there', step_id: 's' });
    await page.getByRole('tab', { name: 'cic' }).click();
    expect(await text('cic')).toContain(`cic build --remote --service ${base} -r request.json --wait`);
    await page.getByRole('tab', { name: 'curl' }).click();
    const command = ((await text('curl')) ?? '').replace('-u admin', `-u admin:${adminPassword}`);
    const { id } = JSON.parse(execFileSync('sh', ['-c', `${command} --silent`], { encoding: 'utf8' }));
    const { machine, workflow } = await getBuild(service, id);
    expect({ machine, workflow }).toEqual({ machine: 'rome', workflow: 'not_there' });
  });
});

describe('a build', () => {
  const form = '?machine=none&workflow=minimal_workflow&step=wordcount&version=v1';

  test('is looked at before, asked for by one click, and known afterwards', {
    timeout: 240_000,
  }, async () => {
    const { page, complaints } = await openNewBuild(form);
    await preview(page).getByText('Not built yet.').waitFor();
    await page.getByRole('button', { name: 'Show Dockerfile and spack.yaml' }).click();
    const dockerfile = page.getByRole('region', { name: 'Dockerfile', exact: true });
    await dockerfile.waitFor({ timeout: 120_000 });
    expect(await dockerfile.textContent()).toMatch(/^FROM /m);
    await page.getByText('The step has no Spack environment').waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.evaluate('scrollTo(0, 0)');
    await keepScreenshot(page, 'new-build-plan', 'light');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
    await page.waitForURL(/\/builds\/[0-9a-f-]{36}$/);
    const id = page.url().slice(-36);
    await page.goBack();
    await eventually(() => contentOf(page, 'Step')).toBe('wordcount');
    const build: WireBuild = await waitFor(service, id, { is: hasEnded, withinMs: 180_000 });
    expect(build).toMatchObject({ state: 'succeeded', version: 'v1', machine: 'none' });
    await page.goto(`${base}/new?from=${id}`);
    await preview(page).getByRole('link', { name: 'Built already' }).waitFor();
    expect(await contentOf(page, 'Microarchitecture')).toBe('none');
    expect(await contentOf(page, 'Version')).toBe('v1');
    await eventually(() => page.url()).toBe(`${base}/new${form}`);
    // What is changed then is the form: the build that it began with is not told again.
    await field(page, 'Version').fill('latest');
    await eventually(() => page.url()).not.toContain('version=');
    await page.waitForTimeout(1_000);
    expect(page.url()).not.toContain('version=');
    await page.reload();
    await preview(page).getByText('SIF file').waitFor();
    expect(await contentOf(page, 'Version')).toBe('latest');
    expect(complaints).toEqual([]);
  });
});

describe.each(Object.keys(looks) as Look[])('in the look "%s"', (look) => {
  test('the page has no serious violation, filled, faulty or open', async () => {
    const { page, complaints } = await openNewBuild(
      '?machine=lumi-g&workflow=minimal_workflow&step=wordcount',
      look,
    );
    await preview(page).getByText('SIF file').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await findViolations(page)).toEqual([]);
    await keepScreenshot(page, 'new-build', look);
    await page.goto(`${base}/new?machine=rme&workflow=minimal_workflw&step=wordcount&mpi=somempi`);
    await eventually(() => noteOf(page, 'Workflow')).toContain('did you mean');
    await eventually(() => isInvalid(page, 'Microarchitecture')).toBe('true');
    expect(await findViolations(page)).toEqual([]);
    await keepScreenshot(page, 'new-build-problems', look);
    await page.goto(`${base}/new`);
    await field(page, 'Microarchitecture').click();
    await option(page, /^zen3/).waitFor();
    expect(await findViolations(page)).toEqual([]);
    await keepScreenshot(page, 'new-build-list', look);
    expect(complaints).toEqual([]);
  });
});
