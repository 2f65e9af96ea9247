import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from '../src/exec/run.ts';
import { repository } from '../test/cic.ts';
import { makeBenchImage } from './image.ts';
import { formatTable, measure } from './measure.ts';

/**
 * From an image in the engine's store to a SIF: our export and conversion against what one does by hand,
 * `buildah push` into an OCI archive and `apptainer build` from it.
 */
const pairs = Number(process.env['CIC_BENCH_ROUNDS'] ?? 1);

const layout = await makeBenchImage();
const { stdout } = await run({ file: 'buildah', args: ['pull', '--quiet', `oci:${layout}`] });
const imageId = `sha256:${stdout.trim().split('\n').at(-1)}`;
const rows: string[][] = [];
for (let pair = 1; pair <= pairs; pair++) {
  const order = pair % 2 === 1 ? [byHand, byCic] : [byCic, byHand];
  const seconds = new Map<string, number>();
  for (const way of order) seconds.set(way.name, await inTemporaryFolder(way));
  const [hand = 0, cic = 0] = [seconds.get('byHand'), seconds.get('byCic')];
  rows.push([String(pair), hand.toFixed(1), cic.toFixed(1), (hand / cic).toFixed(1), '≥ 10']);
}
console.log(formatTable(['pair', 'buildah and apptainer, s', 'cic, s', 'times faster', 'target'], rows));

async function byHand(folder: string): Promise<number> {
  const archive = join(folder, 'image.tar');
  const push = await measure('buildah', ['push', '--quiet', imageId, `oci-archive:${archive}`]);
  const build = await measure(
    `${repository}test/apptainer.sh`,
    ['--quiet', 'build', join(folder, 'image.sif'), `oci-archive:${archive}`],
    { APPTAINER_DISABLE_CACHE: 'true', APPTAINER_TMPDIR: '/var/tmp' },
  );
  return push.seconds + build.seconds;
}

/** With as many threads as `cic` has. */
async function byCic(folder: string): Promise<number> {
  const env = { UV_THREADPOOL_SIZE: String(Math.max(2, availableParallelism())) };
  return (await measure(process.execPath, [`${repository}bench/publish.ts`, imageId, folder], env)).seconds;
}

async function inTemporaryFolder(work: (folder: string) => Promise<number>): Promise<number> {
  const folder = await mkdtemp('/var/tmp/cic-bench-end-');
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
