import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapBase } from '../src/engine/base/bootstrap.ts';
import { run } from '../src/exec/run.ts';
import type { ImageConfig } from '../src/oci/image-config.ts';
import { convertToSif } from '../src/sif/convert/convert.ts';
import { defaultSifOptions, type SifOptions } from '../src/sif/convert/options.ts';
import { openLayoutBlobs } from '../src/sif/source/blob-store.ts';
import { openLayoutImage } from '../src/sif/source/layout.ts';
import { openOciArchive } from '../src/sif/source/oci-archive.ts';
import { runApptainer } from './apptainer.ts';
import { repository } from './cic.ts';
import { type Layer, openLayer, packLayer, readLayers, writeLayout } from './oci-layout.ts';

export const cacheDirectory = process.env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test';

type MakeImage = {
  readonly layers: readonly Layer[];
  readonly config?: ImageConfig['config'];
  readonly options?: Partial<SifOptions>;
};

export type MadeImage = {
  readonly layout: string;
  readonly path: string;
  readonly warnings: readonly string[];
};

/** A folder for the images of one suite, and what they are made of. */
export type ImageWorkshop = {
  readonly folder: string;
  /** A minimal Debian. */
  readonly debian: readonly Layer[];
  /** `/show`, a static program that prints its arguments or a variable; see `test/show.c`. */
  readonly show: Layer;
  /** Packs what `fill` puts into an empty folder. */
  packLayer(fill: (folder: string) => Promise<void>): Promise<Layer>;
  /** Packs a tar archive that a program writes to its standard output. */
  packArchive(write: (path: string) => Promise<void>): Promise<Layer>;
  writeLayout(image: MakeImage): Promise<string>;
  /** Converts a hand-made image with our own converter. */
  convert(image: MakeImage): Promise<MadeImage>;
  /** Converts a layout with `apptainer build`, to compare with. */
  buildWithApptainer(layout: string): Promise<string>;
  remove(): Promise<void>;
};

/** Sets Apptainer up when it is not, and makes the layers that images share. */
export async function openWorkshop(): Promise<ImageWorkshop> {
  await run({ file: `${repository}test/setup/apptainer.sh`, args: [] });
  const folder = await mkdtemp('/var/tmp/cic-sif-');
  let count = 0;
  const next = () => join(folder, String(count++));
  const pack = async (fill: (folder: string) => Promise<void>): Promise<Layer> => {
    const content = next();
    await mkdir(content, { mode: 0o755 });
    await fill(content);
    return packLayer(content, `${content}.tar`);
  };
  const write = (image: MakeImage) => writeLayout(next(), image);
  const { layout } = await bootstrapBase({
    suite: 'bookworm',
    platform: { os: 'linux', architecture: 'amd64' },
    cacheDirectory: join(cacheDirectory, 'bases'),
    emulation: false,
  });
  return {
    folder,
    debian: await readLayers(layout),
    show: await pack(compileShow),
    packLayer: pack,
    packArchive: async (writeArchive) => {
      const path = `${next()}.tar`;
      await writeArchive(path);
      return openLayer(path);
    },
    writeLayout: write,
    convert: async (image) => convertLayout(await write(image), `${next()}.sif`, image.options),
    buildWithApptainer: (source) => buildWithApptainer(source, `${next()}.sif`, folder),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function compileShow(folder: string): Promise<void> {
  const source = `${repository}test/show.c`;
  await run({ file: 'gcc', args: ['-static', '-Os', '-s', '-o', join(folder, 'show'), source] });
}

/**
 * @param layout A folder, or an archive of one.
 * @returns What was made, published under `path`.
 */
export async function convertLayout(
  layout: string,
  path: string,
  options: Partial<SifOptions> = {},
): Promise<MadeImage> {
  const source = layout.endsWith('.tar')
    ? await openOciArchive(layout, {})
    : await openLayoutImage(openLayoutBlobs(layout), await readFile(join(layout, 'index.json'), 'utf8'), {});
  try {
    const sif = await convertToSif(source, path, { ...defaultSifOptions, ...options });
    await sif.publish();
    return { layout, path, warnings: sif.warnings };
  } finally {
    await source.close();
  }
}

/** Its blob cache is off: it would hand out an earlier image. */
async function buildWithApptainer(layout: string, path: string, temporary: string): Promise<string> {
  const env = { APPTAINER_DISABLE_CACHE: 'true', APPTAINER_TMPDIR: temporary };
  await runApptainer(['build', path, `oci:${layout}`], { env });
  return path;
}
