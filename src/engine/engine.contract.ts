import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestHex } from '../oci/digest.ts';
import { readExternalLayers } from '../oci/external-layers.ts';
import { secretIds } from '../recipe/recipe.ts';
import {
  exportImage,
  findProcesses,
  fresh,
  linesOf,
  listLayer,
  makeRecipe,
  observeBuild,
  stagesOf,
} from './engine.fixture.ts';
import type { EngineRig, EngineUnderTest } from './engine-under-test.fixture.ts';
import { describeImageRuns } from './image-run.contract.ts';

/** What every {@link Engine} does. Call it inside the adapter's own integration test. */
export function engineContract(prepare: () => Promise<EngineUnderTest>): void {
  const rig: { -readonly [Key in keyof EngineRig]: EngineRig[Key] } = {
    folder: '',
    engine: undefined as never,
    subject: undefined as never,
  };
  beforeAll(async () => {
    rig.subject = await prepare();
    rig.engine = rig.subject.create();
    rig.folder = await mkdtemp(join(tmpdir(), 'cic-contract-'));
  });
  afterAll(async () => {
    await rig.subject?.remove?.();
    if (rig.folder !== '') await rm(rig.folder, { recursive: true, force: true });
  });
  describe('building', () => describeBuilding(rig));
  describe('the cache', () => describeCache(rig));
  describe('failing', () => describeFailures(rig));
  describe('secrets and the network', () => describeSecrets(rig));
  describe('the result', () => describeResult(rig));
  describe('running on top of an image', () => describeImageRuns(rig));
}

function describeBuilding(rig: EngineRig): void {
  test('a usable engine says its version', async () => {
    expect(await rig.engine.check()).toMatchObject({ usable: true, version: expect.stringMatching(/\d/) });
  });

  test('stages and lines are reported in order', async () => {
    const recipe = makeRecipe(rig.subject.base, {
      instructions: [
        ['apt', fresh('echo one; echo two')],
        ['post-install', 'RUN echo three && \\\n    echo "STEP 1/9: FROM nowhere"'],
      ],
    });
    const { events } = await observeBuild(rig.engine, recipe);
    expect(stagesOf(events, 'stage-started')).toEqual(['base', 'apt', 'post-install']);
    expect(stagesOf(events, 'stage-finished')).toEqual(['base', 'apt', 'post-install']);
    expect(linesOf(events, 'apt')).toEqual(['one', 'two']);
    expect(linesOf(events, 'post-install')).toEqual(['three', 'STEP 1/9: FROM nowhere']);
    expect(events.filter((event) => event.kind === 'stage-finished' && event.outcome !== 'done')).toEqual([]);
  });

  test('files come from the recipe and from named contexts, whatever their names are', async () => {
    const odd = `it's a "file" $HOME é`;
    await mkdir(join(rig.folder, 'my step', odd), { recursive: true });
    await writeFile(join(rig.folder, 'my step', odd, odd), 'from the step\n');
    const recipe = makeRecipe(rig.subject.base, {
      contexts: { 'cic-step': rig.folder },
      generatedFiles: [{ path: 'etc/made.txt', content: 'from the recipe\n' }],
      instructions: [
        ['step', 'COPY --from=cic-step ["my step/","/step/"]'],
        ['step', 'COPY ["etc/made.txt","/made.txt"]'],
        ['finish', fresh('cat /step/*/* /made.txt; find /step -type f')],
      ],
    });
    const { events } = await observeBuild(rig.engine, recipe);
    expect(linesOf(events, 'finish')).toEqual(['from the step', 'from the recipe', `/step/${odd}/${odd}`]);
  });
}

function describeCache(rig: EngineRig): void {
  const writeStep = async (name: string, content: string) => {
    const directory = join(rig.folder, name);
    await mkdir(join(directory, 'step'), { recursive: true });
    await writeFile(join(directory, 'step', 'run.sh'), content);
    return directory;
  };
  const withStep = (directory: string, apt: string) =>
    makeRecipe(rig.subject.base, {
      contexts: { 'cic-step': directory },
      instructions: [
        ['apt', apt],
        ['step', 'COPY --from=cic-step ["step/","/step/"]'],
        ['post-install', 'RUN cat /step/run.sh'],
      ],
    });

  test('an unchanged recipe gives the same image out of the cache', async () => {
    const recipe = withStep(await writeStep('same', 'a\n'), fresh('true'));
    const first = await observeBuild(rig.engine, recipe);
    const second = await observeBuild(rig.engine, recipe);
    expect(second.image).toEqual(first.image);
    expect(stagesOf(first.events, 'stage-cached')).toEqual(['base']);
    expect(stagesOf(second.events, 'stage-cached')).toEqual(['base', 'apt', 'step', 'post-install']);
    expect(linesOf(second.events, 'post-install')).toEqual([]);
  });

  test('new times on the files of the step change nothing', async () => {
    const directory = await writeStep('touched', 'a\n');
    const recipe = withStep(directory, fresh('true'));
    const first = await observeBuild(rig.engine, recipe);
    await utimes(join(directory, 'step', 'run.sh'), 1, 1);
    await utimes(join(directory, 'step'), 1, 1);
    const second = await observeBuild(rig.engine, recipe);
    expect(second.image).toEqual(first.image);
  });

  test('a changed file of the step runs again only what comes after it', async () => {
    const apt = fresh('true');
    await rig.engine.build(withStep(await writeStep('changed', 'a\n'), apt));
    const { events } = await observeBuild(rig.engine, withStep(await writeStep('changed', 'b\n'), apt));
    expect(stagesOf(events, 'stage-cached')).toEqual(['base', 'apt']);
    expect(linesOf(events, 'post-install')).toEqual(['b']);
  });

  test('a cache mount keeps its files from one build to the next, and out of the image', async () => {
    const mount = `--mount=type=cache,id=contract,target=/var/cache/contract,sharing=locked`;
    const run = (script: string) => fresh(script).replace('RUN', `RUN ${mount}`);
    const write = makeRecipe(rig.subject.base, {
      instructions: [['pip', run('mkdir -p /var/cache/contract/d; echo kept > /var/cache/contract/d/file')]],
    });
    const { image } = await observeBuild(rig.engine, write);
    const read = makeRecipe(rig.subject.base, {
      instructions: [['pip', run('cat /var/cache/contract/d/file')]],
    });
    expect(linesOf((await observeBuild(rig.engine, read)).events, 'pip')).toEqual(['kept']);
    const { ownLayers } = await exportImage(rig.engine, image);
    const names = (await Promise.all(ownLayers.map(listLayer))).flat();
    expect(names).not.toContain('var/cache/contract/d');
  });

  test('without the cache every instruction runs again', async () => {
    const recipe = makeRecipe(rig.subject.base, { instructions: [['apt', fresh('echo ran')]] });
    await rig.engine.build(recipe);
    const { events } = await observeBuild(rig.engine, recipe, { noCache: true });
    expect(linesOf(events, 'apt')).toEqual(['ran']);
    expect(stagesOf(events, 'stage-cached')).not.toContain('apt');
  });
}

function describeFailures(rig: EngineRig): void {
  test('a failing instruction is named with its stage, exit code and last lines', async () => {
    const instruction = fresh('echo doomed; exit 7');
    const recipe = makeRecipe(rig.subject.base, {
      instructions: [
        ['apt', 'RUN true'],
        ['pip', instruction],
      ],
    });
    await expect(rig.engine.build(recipe)).rejects.toMatchObject({
      code: 'ENGINE_BUILD_FAILED',
      details: { stage: 'pip', instruction, exitCode: 7, lastLines: expect.arrayContaining(['doomed']) },
    });
    expect(await rig.subject.findLeftovers()).toEqual([]);
  });

  test('a cancelled build stops everything it started', async () => {
    const marker = `7${Date.now()}`;
    const controller = new AbortController();
    const script = `setsid sh -c "sleep ${marker} & wait" & sleep ${marker} & echo ready; wait`;
    const recipe = makeRecipe(rig.subject.base, { instructions: [['post-install', fresh(script)]] });
    const building = rig.engine.build(recipe, {
      signal: controller.signal,
      onEvent: (event) => event.kind === 'log' && event.line === 'ready' && controller.abort(),
    });
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await findProcesses(marker)).toEqual([]);
    expect(await rig.subject.findLeftovers()).toEqual([]);
  });

  test('a build that fails does not disturb one that runs at the same time', async () => {
    const one = makeRecipe(rig.subject.base, {
      instructions: [
        ['apt', fresh('echo ready; sleep 3; echo a > /a')],
        ['finish', 'RUN cat /a'],
      ],
    });
    const other = makeRecipe(rig.subject.base, { instructions: [['apt', fresh('exit 1')]] });
    let failing: Promise<unknown> | undefined;
    const { events } = await observeBuild(rig.engine, one, {
      onEvent: (event) => {
        if (event.kind !== 'log' || event.line !== 'ready') return;
        failing = expect(rig.engine.build(other)).rejects.toMatchObject({ code: 'ENGINE_BUILD_FAILED' });
      },
    });
    await failing;
    expect(linesOf(events, 'finish')).toEqual(['a']);
    expect(await rig.subject.findLeftovers()).toEqual([]);
  });

  test('a build whose signal is aborted already does not begin', async () => {
    const recipe = makeRecipe(rig.subject.base, { instructions: [['apt', fresh('true')]] });
    const building = rig.engine.build(recipe, { signal: AbortSignal.abort() });
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await rig.subject.findLeftovers()).toEqual([]);
  });

  test('an engine that dies during the build is an error, and the next build works', async () => {
    const marker = `8${Date.now()}`;
    let killed: Promise<void> | undefined;
    const script = `echo ready; sleep ${marker}`;
    const recipe = makeRecipe(rig.subject.base, { instructions: [['post-install', fresh(script)]] });
    const building = rig.engine.build(recipe, {
      onEvent: (event) => {
        if (event.kind === 'log' && event.line === 'ready') killed = rig.subject.killBuild();
      },
    });
    await expect(building).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await killed;
    await expect.poll(() => findProcesses(marker), { timeout: 15_000 }).toEqual([]);
    const next = makeRecipe(rig.subject.base, { instructions: [['apt', fresh('true')]] });
    await rig.engine.build(next);
    expect(await rig.subject.findLeftovers()).toEqual([]);
  });

  test('a platform that this machine cannot run is refused', async () => {
    const platform = { os: 'linux', architecture: 'ppc64le' } as const;
    const recipe = makeRecipe(rig.subject.base, { platform, instructions: [] });
    await expect(rig.engine.build(recipe)).rejects.toMatchObject({ code: 'ENGINE_PLATFORM_UNSUPPORTED' });
    const base = { kind: 'bootstrap', suite: 'bookworm' } as const;
    await expect(rig.engine.resolveBase(base, platform)).rejects.toMatchObject({
      code: 'ENGINE_PLATFORM_UNSUPPORTED',
    });
  });

  test('a base image that cannot be reached is named', async () => {
    const reference = 'localhost:1/no/such:image';
    const resolving = rig.engine.resolveBase(
      { kind: 'reference', reference },
      { os: 'linux', architecture: 'amd64' },
    );
    await expect(resolving).rejects.toMatchObject({
      code: 'ENGINE_BASE_UNAVAILABLE',
      message: expect.stringContaining(reference),
    });
  });
}

function describeSecrets(rig: EngineRig): void {
  const secret = 'hunter2-5f0c';
  const mount = (id: string) => `--mount=type=secret,id=${id},target=/run/${id},mode=0444`;

  test('a secret reaches the RUN that mounts it, and neither the image nor a command line', async () => {
    const file = join(rig.folder, 'ca.pem');
    await writeFile(file, `${secret}-ca\n`);
    const engine = rig.subject.create({
      secrets: { [secretIds.caBundle]: { file }, [secretIds.aptAuth]: { content: `${secret}-auth\n` } },
    });
    const script = `wc -c < /run/${secretIds.caBundle}; wc -c < /run/${secretIds.aptAuth}; sleep 1`;
    const mounts = `${mount(secretIds.caBundle)} ${mount(secretIds.aptAuth)}`;
    const recipe = makeRecipe(rig.subject.base, {
      instructions: [['apt', fresh(script).replace('RUN', `RUN ${mounts}`)]],
    });
    let seen: Promise<string[]> | undefined;
    const { image, events } = await observeBuild(engine, recipe, {
      onEvent: (event) => {
        if (event.kind === 'log') seen ??= findProcesses(secret);
      },
    });
    expect(linesOf(events, 'apt')).toEqual(['16', '18']);
    expect(await seen).toEqual([]);
    const { config, ownLayers } = await exportImage(engine, image);
    expect(config).not.toContain(secret);
    expect(ownLayers.some((layer) => layer.includes(secret))).toBe(false);
    const names = (await Promise.all(ownLayers.map(listLayer))).flat();
    expect(names.filter((name) => /^run\/./.test(name))).toEqual([]);
  });

  test('a secret that the site does not have is not there, and that is no error', async () => {
    const recipe = makeRecipe(rig.subject.base, {
      instructions: [
        ['apt', fresh('test -e /run/absent || echo absent').replace('RUN', `RUN ${mount('absent')}`)],
      ],
    });
    const { events } = await observeBuild(rig.engine, recipe);
    expect(linesOf(events, 'apt')).toEqual(['absent']);
  });

  test('the proxy reaches every RUN in both cases of letters, and not the image', async () => {
    const proxy = `http://me:${secret}@proxy.example.org:3128`;
    const engine = rig.subject.create({ proxy: { http: proxy, https: proxy, no: 'mirror.example.org' } });
    const script = 'for v in "$http_proxy" "$HTTPS_PROXY" "$no_proxy"; do printf "%s\\n" "$v"; done';
    const recipe = makeRecipe(rig.subject.base, { instructions: [['apt', fresh(`${script}; sleep 1`)]] });
    let seen: Promise<string[]> | undefined;
    const { image, events } = await observeBuild(engine, recipe, {
      onEvent: (event) => {
        if (event.kind === 'log') seen ??= findProcesses(secret);
      },
    });
    expect(linesOf(events, 'apt')).toEqual([proxy, proxy, 'mirror.example.org']);
    expect(await seen).toEqual([]);
    const { config, ownLayers } = await exportImage(engine, image);
    expect(config).not.toContain('proxy.example.org');
    expect(ownLayers.some((layer) => layer.includes(secret))).toBe(false);
  });
}

function describeResult(rig: EngineRig): void {
  const build = async () =>
    rig.engine.build(makeRecipe(rig.subject.base, { instructions: [['apt', fresh('echo a > /a')]] }));

  test('an export is an OCI image layout whose blobs are what they are called', async () => {
    const image = await build();
    const exported = await exportImage(rig.engine, image);
    expect(exported.wrongBlobs).toEqual([]);
    expect(exported.manifest.layers.length).toBe(2);
    expect(await listLayer(exported.ownLayers[0] ?? Buffer.alloc(0))).toContain('a');
    expect(JSON.parse(exported.config)).toMatchObject({ os: 'linux', architecture: 'amd64' });
  });

  test('an export that may leave layers in place is the same image', async () => {
    const image = await build();
    const layout = await mkdtemp(join(rig.folder, 'in-place-'));
    const digest = await rig.engine.exportLayout(image, layout, { inPlace: true });
    const whole = await exportImage(rig.engine, image);
    expect(digest).toBe(whole.digest);
    const external = await readExternalLayers(layout);
    const blobs = await readdir(join(layout, 'blobs', 'sha256'));
    const isThere = ({ digest: layer }: Descriptor) =>
      external.has(layer) || blobs.includes(digestHex(layer));
    expect([whole.manifest.config, ...whole.manifest.layers].every(isThere)).toBe(true);
  });

  test('exporting an image that is gone is an error', async () => {
    const image = { imageId: `sha256:${'0'.repeat(64)}` } as const;
    await expect(exportImage(rig.engine, image)).rejects.toMatchObject({ code: 'ENGINE_EXPORT_FAILED' });
  });

  test('a name belongs to the image that got it last', async () => {
    const name = `cic-contract/name_${Date.now()}:latest`;
    expect(await rig.engine.findTagged(name)).toBeUndefined();
    const [first, second] = [await build(), await build()];
    await rig.engine.tag(first, name);
    expect(await rig.engine.findTagged(name)).toBe(first.imageId);
    await rig.engine.tag(second, name);
    expect(await rig.engine.findTagged(name)).toBe(second.imageId);
  });

  test('an image that was built can be the base of another one, and be copied and mounted from', async () => {
    const pinned = await rig.engine.pin(await build());
    const marker = fresh('cat /a /b /run/other/a').replace(
      'RUN',
      'RUN --mount=type=bind,from=cic-build,target=/run/other',
    );
    const recipe = makeRecipe(pinned, {
      images: { 'cic-build': pinned },
      instructions: [
        ['apt', 'COPY --from=cic-build ["/a","/b"]'],
        ['finish', marker],
      ],
    });
    const { events, image } = await observeBuild(rig.engine, recipe);
    expect(linesOf(events, 'finish')).toEqual(['a', 'a', 'a']);
    const names = await Promise.all((await exportImage(rig.engine, image)).ownLayers.map(listLayer));
    expect(names.flat()).not.toContain('run/other/a');
  });

  test('an image that has a name can be the base of another one, without a registry', async () => {
    const reference = `cic-contract/base_${Date.now()}:latest`;
    await rig.engine.tag(await build(), reference);
    const platform = { os: 'linux', architecture: 'amd64' } as const;
    const base = await rig.engine.resolveBase({ kind: 'reference', reference }, platform);
    const recipe = makeRecipe(base, { instructions: [['apt', fresh('cat /a')]] });
    expect(linesOf((await observeBuild(rig.engine, recipe)).events, 'apt')).toEqual(['a']);
  });
}
