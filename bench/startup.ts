import { repository } from '../test/cic.ts';
import { formatTable, measure, median } from './measure.ts';

/** What a user waits for before anything happens: `./cic --version` against Node.js doing nothing. */
const pairs = Number(process.env['CIC_BENCH_ROUNDS'] ?? 15);

const cic: number[] = [];
const node: number[] = [];
for (let pair = 0; pair < pairs; pair++) {
  node.push((await measure(process.execPath, ['-e', '0'])).seconds * 1000);
  cic.push((await measure(`${repository}cic`, ['--version'])).seconds * 1000);
}
const [cicMs, nodeMs] = [median(cic), median(node)];
console.log(
  formatTable(
    ['pairs', 'node -e 0, ms', './cic --version, ms', 'ratio', 'target'],
    [[pairs, nodeMs.toFixed(0), cicMs.toFixed(0), (cicMs / nodeMs).toFixed(2), '≤ 3']],
  ),
);
