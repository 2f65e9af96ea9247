import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatEnv, formatExecRun, formatLiteralEnv } from '../recipe/dockerfile.ts';
import { secretIds } from '../recipe/recipe.ts';
import { exportImage, findProcesses, fresh, linesOf, makeRecipe, stagesOf } from './engine.fixture.ts';
import type { EngineRig } from './engine-under-test.fixture.ts';
import type { EngineEvent } from './events.ts';
import type { BuildOptions, Engine } from './port.ts';

/** What {@link Engine.runOn} does; a part of the contract suite. */
export function describeImageRuns(rig: EngineRig): void {
  const odd = `a "b" \\ $HOME \${X} 'q' #%`;
  const prepareImage = async () => {
    const recipe = makeRecipe(rig.subject.base, {
      instructions: [
        ['apt', fresh('echo kept > /a; mkdir /step; echo "export LOGIN=1" > /root/.profile')],
        ['finish', formatLiteralEnv({ ODD: odd })],
        ['finish', formatEnv({ PATH: '/opt/tool/bin:$PATH:/opt/last' })],
        ['finish', 'ENTRYPOINT ["/bin/false"]'],
      ],
    });
    const image = await rig.engine.build(recipe);
    const layout = await mkdtemp(join(rig.folder, 'layout-'));
    return { image, layout, manifestDigest: await rig.engine.exportLayout(image, layout) };
  };
  const runOn = async (
    scripts: readonly string[],
    { engine = rig.engine, ...options }: RunOnChanges = {},
  ) => {
    const exported = await prepareImage();
    const events: EngineEvent[] = [];
    const runs = scripts.map((script) => formatExecRun(['bash', '-e', '-c', script]));
    const instructions = ['FROM cic-base', 'WORKDIR /step', ...runs].map((text) => ({
      stage: 'test' as const,
      text,
    }));
    const onEvent = (event: EngineEvent) => {
      events.push(event);
      options.onEvent?.(event);
    };
    const platform = { os: 'linux', architecture: 'amd64' } as const;
    const run = { ...exported, platform, instructions };
    return { run, events, done: engine.runOn(run, { ...options, onEvent }) };
  };

  test('the image has its own files, variables and folder, whatever its entrypoint is', async () => {
    const scripts = ['cat /a; pwd', 'printf "%s\\n" "$ODD"\necho "$PATH" # <<EOF', 'set -o'];
    const { events, done } = await runOn(scripts);
    await done;
    const lines = linesOf(events, 'test');
    expect(lines.slice(0, 3)).toEqual(['kept', '/step', odd]);
    expect(lines[3]).toMatch(/^\/opt\/tool\/bin:.*\/usr\/bin.*:\/opt\/last$/);
    expect(lines).toContainEqual(expect.stringMatching(/^errexit\s+on$/));
    expect(stagesOf(events, 'stage-started')).toEqual(['test']);
    expect(stagesOf(events, 'stage-finished')).toEqual(['test']);
  });

  test('one script sees what the one before it did, and the image stays as it was', async () => {
    const { run, done } = await runOn(['echo more > /b; rm /a', 'test ! -e /a; cat /b']);
    await done;
    const { digest } = await exportImage(rig.engine, run.image);
    expect(digest).toBe(run.manifestDigest);
    expect(await rig.subject.findLeftovers()).toEqual([]);
  });

  test('neither secrets nor the proxy of the site are there', async () => {
    const engine = rig.subject.create({
      proxy: { http: 'http://proxy.example.org:3128' },
      secrets: { [secretIds.aptAuth]: { content: 'secret\n' } },
    });
    const { events, done } = await runOn(['env; ls /run'], { engine });
    await done;
    const lines = linesOf(events, 'test');
    expect(lines.filter((line) => /proxy|^cic-apt-auth/i.test(line))).toEqual([]);
  });

  test('the same scripts on the same image come out of the cache, unless they are to run again', async () => {
    const { run, done } = await runOn(['echo ran']);
    await done;
    const repeat = async (noCache: boolean) => {
      const events: EngineEvent[] = [];
      await rig.engine.runOn(run, { noCache, onEvent: (event) => events.push(event) });
      return { lines: linesOf(events, 'test'), cached: stagesOf(events, 'stage-cached') };
    };
    expect(await repeat(false)).toEqual({ lines: [], cached: ['test'] });
    expect(await repeat(true)).toEqual({ lines: ['ran'], cached: [] });
  });

  test('the first script that fails is named with its exit code and last lines', async () => {
    const { run, done } = await runOn(['true', 'echo doomed\n(exit 7)\necho never', 'echo never']);
    await expect(done).rejects.toMatchObject({
      code: 'ENGINE_BUILD_FAILED',
      details: {
        stage: 'test',
        instruction: run.instructions[3]?.text,
        exitCode: 7,
        lastLines: expect.arrayContaining(['doomed']),
      },
    });
    expect(await rig.subject.findLeftovers()).toEqual([]);
  });

  test('a cancel ends it', async () => {
    const marker = `6${Date.now()}`;
    const controller = new AbortController();
    const { done } = await runOn([`echo ready; sleep ${marker}`], {
      signal: controller.signal,
      onEvent: (event) => event.kind === 'log' && event.line === 'ready' && controller.abort(),
    });
    await expect(done).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await findProcesses(marker)).toEqual([]);
    expect(await rig.subject.findLeftovers()).toEqual([]);
  });
}

type RunOnChanges = BuildOptions & { readonly engine?: Engine };
