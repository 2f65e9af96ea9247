import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWithApptainer, type Conversion, convertWithCic } from './converters.ts';
import { makeBenchImage } from './image.ts';
import { formatTable } from './measure.ts';

/** Time, size and memory of our conversion against `apptainer build`, in pairs of alternating order. */
const pairs = Number(process.env['CIC_BENCH_ROUNDS'] ?? 2);

const layout = await makeBenchImage();
const temporary = await mkdtemp('/var/tmp/cic-bench-convert-');
try {
  const rows: (string | number)[][] = [];
  for (let pair = 1; pair <= pairs; pair++) rows.push([pair, ...formatPair(await runPair(pair % 2 === 1))]);
  console.log(
    formatTable(
      [
        'pair',
        'apptainer, s',
        'cic, s',
        'times faster',
        'apptainer, MB',
        'cic, MB',
        'size ratio',
        'peak RSS, MB',
      ],
      rows,
    ),
  );
} finally {
  await rm(temporary, { recursive: true });
}

type Pair = { readonly theirs: Conversion; readonly ours: Conversion };

/** Apptainer's SIF is kept for sif-read. */
async function runPair(apptainerFirst: boolean): Promise<Pair> {
  const convert = () => convertWithCic(layout, join(temporary, 'cic.sif'));
  const build = async () => {
    const reference = `${layout}.apptainer.sif`;
    const conversion = await buildWithApptainer(layout, `${reference}.partial`);
    await rename(`${reference}.partial`, reference);
    return conversion;
  };
  if (apptainerFirst) return { theirs: await build(), ours: await convert() };
  const ours = await convert();
  return { theirs: await build(), ours };
}

function formatPair({ theirs, ours }: Pair): string[] {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return [
    theirs.seconds.toFixed(1),
    ours.seconds.toFixed(1),
    (theirs.seconds / ours.seconds).toFixed(1),
    megabytes(theirs.sizeBytes),
    megabytes(ours.sizeBytes),
    (ours.sizeBytes / theirs.sizeBytes).toFixed(3),
    `${(theirs.peakBytes / 1e6).toFixed(0)} / ${(ours.peakBytes / 1e6).toFixed(0)}`,
  ];
}
