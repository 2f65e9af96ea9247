import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDeb822Sources } from '../src/engine/base/apt-sources.ts';
import { readHostSources } from '../src/engine/base/host-sources.ts';
import { readLayoutDigest, writeSingleLayerLayout } from '../src/engine/base/layout.ts';
import { run } from '../src/exec/run.ts';
import { digestHex, digestOf } from '../src/oci/digest.ts';

const common = [
  'build-essential',
  'gfortran',
  'clang',
  'cmake',
  'git',
  'openmpi-bin',
  'libopenmpi-dev',
  'libhdf5-openmpi-dev',
  'libfftw3-mpi-dev',
  'libopenblas-dev',
  'libscalapack-openmpi-dev',
  'python3-scipy',
  'python3-matplotlib',
  'python3-pandas',
  'python3-sklearn',
  'python3-mpi4py',
  'python3-numba',
];

/** Two images of about 2.5 GB, which compress differently. */
const images = {
  /** Compilers and what their developers link, MPI, SciPy. */
  toolchain: [
    ...common,
    'lld',
    'llvm-14-dev',
    'libclang-14-dev',
    'libmlir-14-dev',
    'gdb',
    'valgrind',
    'mpich',
    'libmpich-dev',
  ],
  /** The libraries of a simulation code: much machine code, which compresses badly. */
  libraries: [
    ...common,
    'libpetsc-real-dev',
    'libtrilinos-trilinosss-dev',
    'libboost-all-dev',
    'python3-h5py-mpi',
  ],
} satisfies Readonly<Record<string, readonly string[]>>;

type ImageName = keyof typeof images;

function chosenImage(): ImageName {
  const name = process.env['CIC_BENCH_IMAGE'] ?? 'toolchain';
  if (name in images) return name as ImageName;
  throw new Error(`CIC_BENCH_IMAGE is one of ${Object.keys(images).join(', ')}, not ${name}`);
}

export const cacheDirectory = process.env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test';

/**
 * An OCI layout of the Debian image that `CIC_BENCH_IMAGE` names, with one uncompressed layer, made once and
 * cached.
 *
 * @returns Path of the layout.
 */
export async function makeBenchImage(): Promise<string> {
  const packages: readonly string[] = images[chosenImage()];
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
