import type { Compress } from './compressor.ts';
import { createMetadataTable } from './metadata-table.ts';

export type PointerTable = {
  /** The metadata blocks, and behind them a pointer to each. */
  readonly bytes: Buffer;
  /** Where the pointers start, from the start of the file system. */
  readonly start: number;
};

/**
 * A table of entries of one size, in metadata blocks that are found by pointers:
 *
 * ```
 * [metadata block] [metadata block] … [header] [place of the first 8] [place of the second 8] …
 *                                     ^ start
 * ```
 *
 * @param place Where it is put, from the start of the file system.
 * @param header Of the table of attribute sets only.
 */
export async function encodePointerTable(
  entries: Buffer,
  {
    place,
    compress,
    header,
  }: { readonly place: number; readonly compress: Compress; readonly header?: Buffer },
): Promise<PointerTable> {
  const table = createMetadataTable(compress);
  await table.append(entries);
  const { bytes, blockStarts } = await table.finish();
  const pointers = encodeNumbers(blockStarts.map((start) => place + start));
  return { bytes: Buffer.concat([bytes, header ?? Buffer.alloc(0), pointers]), start: place + bytes.length };
}

/** Numbers of 8 bytes each. */
export function encodeNumbers(numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(numbers.length * 8);
  for (const [index, number] of numbers.entries()) bytes.writeBigUInt64LE(BigInt(number), index * 8);
  return bytes;
}
