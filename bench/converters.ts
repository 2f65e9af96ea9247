import { stat } from 'node:fs/promises';
import { repository } from '../test/cic.ts';
import { type Measured, measure } from './measure.ts';

export type Conversion = Measured & { readonly sizeBytes: number };

/** `apptainer build`, without its cache of earlier images. */
export async function buildWithApptainer(layout: string, output: string): Promise<Conversion> {
  const measured = await measure(
    `${repository}test/apptainer.sh`,
    ['--quiet', 'build', '--force', output, `oci:${layout}`],
    { APPTAINER_DISABLE_CACHE: 'true', APPTAINER_TMPDIR: '/var/tmp' },
  );
  return { ...measured, sizeBytes: (await stat(output)).size };
}

/** As a user runs it; `CIC_BENCH_OPTIONS` holds other options than the defaults, separated by spaces. */
export async function convertWithCic(layout: string, output: string): Promise<Conversion> {
  const options = (process.env['CIC_BENCH_OPTIONS'] ?? '').split(' ').filter((word) => word !== '');
  const measured = await measure(`${repository}cic`, [
    'sif',
    'create',
    '--force',
    ...options,
    `oci:${layout}`,
    output,
  ]);
  return { ...measured, sizeBytes: (await stat(output)).size };
}
