import { writeFile } from 'node:fs/promises';
import { digestOf } from '../../oci/digest.ts';
import { completeSif, partitionOffset, type SmallObject } from '../convert/write-sif.ts';
import { dataTypes } from '../format/layout.ts';
import { makeConfig } from '../image.fixture.ts';

const partitionBytes = 8192;

/** The start of a squashfs with zstd and 128 KiB blocks, whose tables lie where they can. */
function makeSuperblock(): Buffer {
  const bytes = Buffer.alloc(partitionBytes, 0x5a);
  bytes.write('hsqs');
  bytes.writeUInt32LE(7, 4);
  bytes.writeUInt32LE(131072, 12);
  bytes.writeUInt16LE(6, 20);
  bytes.writeUInt16LE(4, 28);
  bytes.writeUInt16LE(0, 30);
  bytes.writeBigUInt64LE(8000n, 40);
  for (const offset of [48, 64, 72, 80]) bytes.writeBigUInt64LE(4096n, offset);
  for (const offset of [56, 88]) bytes.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, offset);
  return bytes;
}

type Labels = Readonly<Record<string, string>>;

const toMetadata = (labels: Labels) => ({
  data: { attributes: { labels, runscript: '#!/bin/sh\n', environment: { '/e.sh': 'export A=1\n' } } },
  type: 'container',
});

const toObjects = (labels: Labels): readonly SmallObject[] => [
  { type: dataTypes.definitionFile, name: 'Definition.file', content: 'bootstrap: oci\n' },
  { type: dataTypes.json, name: 'inspect-metadata.json', content: JSON.stringify(toMetadata(labels)) },
  { type: dataTypes.json, name: 'oci-config.json', content: '{"User":"1000","WorkingDir":"/w","Cmd":["x"]}' },
];

/**
 * Writes a SIF around what only looks like a file system.
 *
 * @returns Where that starts.
 */
export async function writeFakeSif(path: string, labels: Labels = { a: 'b' }): Promise<number> {
  const objects = toObjects(labels);
  const offset = partitionOffset(objects);
  await writeFile(path, Buffer.concat([Buffer.alloc(offset), makeSuperblock()]));
  const source = {
    config: makeConfig({ layers: [], architecture: 'arm64' }),
    manifestDigest: digestOf('manifest'),
    layers: [],
    close: async () => undefined,
  };
  await completeSif(path, { source, objects, createdAt: 1_700_000_000 });
  return offset;
}
