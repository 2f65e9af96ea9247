import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDeb822Sources } from '../src/engine/base/apt-sources.ts';
import { readHostSources } from '../src/engine/base/host-sources.ts';
import { readLayoutDigest, writeSingleLayerLayout } from '../src/engine/base/layout.ts';
import { run } from '../src/exec/run.ts';
import { digestHex, digestOf } from '../src/oci/digest.ts';

/** What a simulation code's image holds: compilers, MPI, numerical libraries, Python with SciPy. */
const packages = [
  'build-essential',
  'gfortran',
  'clang',
  'cmake',
  'git',
  'openmpi-bin',
  'libopenmpi-dev',
  'libhdf5-openmpi-dev',
  'libpetsc-real-dev',
  'libtrilinos-trilinosss-dev',
  'libboost-all-dev',
  'libfftw3-mpi-dev',
  'libopenblas-dev',
  'libscalapack-openmpi-dev',
  'python3-scipy',
  'python3-matplotlib',
  'python3-pandas',
  'python3-sklearn',
  'python3-mpi4py',
  'python3-h5py-mpi',
  'python3-numba',
];

export const cacheDirectory = process.env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test';

/**
 * An OCI layout of a Debian image of about 2.5 GB with one uncompressed layer, made once and cached.
 *
 * @returns Path of the layout.
 */
export async function makeBenchImage(): Promise<string> {
  const key = digestHex(digestOf(packages.join())).slice(0, 12);
  const layout = join(cacheDirectory, `bench-image-${key}`);
  if ((await readLayoutDigest(layout)) !== undefined) return layout;
  const partial = `${layout}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const rootfsTar = join(partial, 'rootfs.tar');
  const sources = join(partial, 'host.sources');
  await writeFile(sources, formatDeb822Sources(await readHostSources('bookworm')));
  await run({
    file: 'mmdebstrap',
    args: ['--variant=minbase', `--include=${packages.join(',')}`, 'bookworm', rootfsTar, sources],
  });
  await rm(sources);
  await writeSingleLayerLayout(partial, {
    rootfsTar,
    platform: { os: 'linux', architecture: 'amd64' },
    created: '2024-01-01T00:00:00Z',
  });
  await rm(layout, { recursive: true, force: true });
  await rename(partial, layout);
  return layout;
}
