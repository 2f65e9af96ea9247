import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBuildDependencies, createEngines } from '../src/app.ts';
import { dryRun } from '../src/build/dry-run.ts';
import type { BuildEvent } from '../src/build/events.ts';
import { loadConfig, readRequestFile, requireRequest } from '../src/index.ts';
import { repository } from '../test/cic.ts';
import { cacheDirectory } from './image.ts';
import { formatTable, measure } from './measure.ts';

/**
 * What a package cache and a second image save, and what planning costs beside Spack's own solve. The package
 * cache is an empty folder; Spack, its toolchain image and the sources are there before.
 */
const shared = [
  'glpk@5.0',
  'nlopt@2.7.1 ~python~guile~octave',
  'ncurses@6.4',
  'jansson@2.14',
  'libsigsegv@2.14',
  'numactl@2.0.16',
];
const firstTimeout = 100 + (Math.floor(Date.now() / 1000) % 1_000_000_000);
let steps = 0;
const folder = await mkdtemp('/var/tmp/cic-bench-spack-');
const config = join(folder, 'config.yaml');
try {
  await writeFile(
    config,
    `engine: {kind: buildah}\nspack: {mirrors: [${cacheDirectory}/spack-mirror], cache: packages}\n`,
  );
  await planning('warm', ['bzip2@1.0.8']);
  await planning('cold', shared);
  await caching();
} finally {
  await rm(folder, { recursive: true });
}

/** A dry run of an environment that nobody has asked for, and of the same once more. */
async function planning(name: string, specs: readonly string[]): Promise<void> {
  const request = requireRequest(await readRequestFile(await writeStep(name, specs)));
  const loaded = await loadConfig(config);
  const [engine] = createEngines(loaded).filter(({ kind }) => kind === 'buildah');
  if (engine === undefined) throw new Error('buildah is needed');
  const deps = createBuildDependencies(loaded, engine);
  let solveSeconds = 0;
  const run = async (force: boolean) => {
    const started = performance.now();
    let solveStarted = 0;
    const onEvent = (event: BuildEvent) => {
      if (!('stage' in event) || event.stage !== 'concretize') return;
      if (event.kind === 'stage-started') solveStarted = performance.now();
      if (event.kind === 'stage-finished') solveSeconds = (performance.now() - solveStarted) / 1000;
    };
    await dryRun({ ...request, force }, deps, { onEvent });
    return (performance.now() - started) / 1000;
  };
  const first = await run(true);
  const solve = solveSeconds;
  const second = await run(false);
  if (name === 'warm') return;
  console.log(
    formatTable(
      ['specs', 'solve, s', 'dry run, s', 'added, s', 'target', 'again, s', 'target'],
      [
        [
          specs.length,
          solve.toFixed(1),
          first.toFixed(1),
          (first - solve).toFixed(1),
          '< 3',
          second.toFixed(2),
          '< 1',
        ],
      ],
    ),
  );
}

async function caching(): Promise<void> {
  const cold = await buildStep('first', shared);
  const second = await buildStep('second', [...shared, 'lz4@1.9.4']);
  const single = await buildStep('single', shared, 'keep_build_tools: true\n');
  console.log(
    formatTable(
      [
        'first image, s',
        'second image, s',
        'ratio',
        'target',
        'final SIF, MB',
        'single-stage SIF, MB',
        'ratio',
        'target',
      ],
      [
        [
          cold.seconds.toFixed(1),
          second.seconds.toFixed(1),
          (second.seconds / cold.seconds).toFixed(2),
          '< 0.20',
          (cold.sizeBytes / 1e6).toFixed(0),
          (single.sizeBytes / 1e6).toFixed(0),
          (cold.sizeBytes / single.sizeBytes).toFixed(2),
          '≤ 0.35',
        ],
      ],
    ),
  );
}

async function buildStep(name: string, specs: readonly string[], more = '') {
  const request = await writeStep(name, specs, more);
  const measured = await measure(`${repository}cic`, [
    'build',
    '--json',
    `--request=${request}`,
    `--config=${config}`,
    `--output=${folder}`,
  ]);
  const { size_bytes } = JSON.parse(measured.output.trim().split('\n').at(-1) ?? '') as {
    size_bytes: number;
  };
  return { seconds: measured.seconds, sizeBytes: size_bytes };
}

/** @returns Path of the request file. */
async function writeStep(name: string, specs: readonly string[], more = ''): Promise<string> {
  const step = join(folder, 'steps', name);
  await mkdir(step, { recursive: true });
  // A harmless setting that no other environment has: nothing is solved or built already.
  const section = { specs, config: { db_lock_timeout: firstTimeout + ++steps } };
  await writeFile(join(step, 'eflows4hpc.yaml'), `${more}spack: ${JSON.stringify(section)}\n`);
  const file = join(folder, `${name}.json`);
  const machine = { platform: 'linux/amd64', architecture: 'x86_64_v3', container_engine: 'singularity' };
  await writeFile(file, JSON.stringify({ machine, workflow: 'bench', step_id: name, path: `steps/${name}` }));
  return file;
}
