import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createBuildDependencies, createEngines } from '../src/app.ts';
import { loadConfig } from '../src/index.ts';
import { parseDigest } from '../src/oci/digest.ts';

/** Export and conversion of an image of buildah's, as a process to be measured: `node publish.ts IMAGE-ID FOLDER`. */
const [imageId = '', folder = ''] = process.argv.slice(2);
const config = await loadConfig();
const engine = createEngines(config).find(({ kind }) => kind === 'buildah');
if (engine === undefined) throw new Error('there is no buildah');
const layout = join(folder, 'layout');
await mkdir(layout);
await engine.exportLayout({ imageId: parseDigest(imageId) }, layout, { inPlace: true });
const sif = await createBuildDependencies(config, engine).converter.convert(
  layout,
  join(folder, 'image.sif'),
  {},
);
await sif.publish();
