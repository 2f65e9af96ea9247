import { mkdtemp, rm } from 'node:fs/promises';
import { createBuildDependencies, createEngines } from '../src/app.ts';
import { planBuild } from '../src/build/plan-build.ts';
import { createStageLog } from '../src/build/stage-log.ts';
import { createWorkspace } from '../src/build/workspace.ts';
import type { Engine } from '../src/engine/port.ts';
import { loadConfig, readRequestFile, requireRequest } from '../src/index.ts';
import { repository } from '../test/cic.ts';
import { formatTable, measure, median } from './measure.ts';

/** What CIC adds to an engine that has everything in its cache: `./cic build` against the engine alone. */
const pairs = Number(process.env['CIC_BENCH_ROUNDS'] ?? 5);
const requestFile = `${repository}examples/requests/mpi_pi.json`;

const output = await mkdtemp('/var/tmp/cic-bench-unchanged-');
try {
  const rows = [];
  for (const engine of createEngines(await loadConfig())) {
    if ((await engine.check()).usable) rows.push(await benchEngine(engine));
  }
  console.log(
    formatTable(
      ['engine', 'pairs', 'engine alone, s', './cic build, s', 'difference, s', 'same file', 'target'],
      rows,
    ),
  );
} finally {
  await rm(output, { recursive: true });
}

async function benchEngine(engine: Engine): Promise<(string | number)[]> {
  const cic = () =>
    measure(`${repository}cic`, [
      'build',
      '--json',
      `--request=${requestFile}`,
      `--engine=${engine.kind}`,
      `--output=${output}`,
    ]);
  const first = readResult((await cic()).output);
  const solve = await prepareSolve(engine);
  const alone: number[] = [];
  const whole: number[] = [];
  let isSame = true;
  for (let pair = 0; pair < pairs; pair++) {
    const started = performance.now();
    await solve.run();
    alone.push((performance.now() - started) / 1000);
    const measured = await cic();
    whole.push(measured.seconds);
    isSame &&= readResult(measured.output) === first;
  }
  await solve.end();
  const [engineSeconds, cicSeconds] = [median(alone), median(whole)];
  const difference = cicSeconds - engineSeconds;
  return [
    engine.kind,
    pairs,
    engineSeconds.toFixed(2),
    cicSeconds.toFixed(2),
    difference.toFixed(2),
    isSame ? 'yes' : 'NO',
    '< 2 s',
  ];
}

/** The recipe of the request, ready to be solved again and again. */
async function prepareSolve(engine: Engine) {
  const deps = createBuildDependencies(await loadConfig(), engine);
  const request = requireRequest(await readRequestFile(requestFile));
  const workspace = await createWorkspace(deps.site.workDirectory);
  const stages = createStageLog(() => undefined, deps.now);
  const { recipe } = await planBuild(request, deps, { workspace, stages });
  return { run: () => engine.build(recipe), end: () => workspace.remove() };
}

/** Digest of the image and of the file. */
function readResult(text: string): string {
  const { digest, sha256 } = JSON.parse(text.trim().split('\n').at(-1) ?? '') as Record<string, string>;
  return `${digest} ${sha256}`;
}
