import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertToSif } from '../src/sif/convert/convert.ts';
import { defaultSifOptions, type SifOptions } from '../src/sif/convert/options.ts';
import { openLayoutBlobs } from '../src/sif/source/blob-store.ts';
import { openLayoutImage } from '../src/sif/source/layout.ts';

/** One conversion, as a process to be measured: `node convert.ts LAYOUT OUTPUT [OPTIONS as JSON]`. */
const [layout = '', output = '', options = '{}'] = process.argv.slice(2);
const index = await readFile(join(layout, 'index.json'), 'utf8');
const source = await openLayoutImage(openLayoutBlobs(layout), index, {});
const sif = await convertToSif(source, output, {
  ...defaultSifOptions,
  ...(JSON.parse(options) as Partial<SifOptions>),
});
await sif.publish();
await source.close();
