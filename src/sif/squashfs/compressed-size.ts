import { AppError } from '../../errors/app-error.ts';

const zstdMagic = 0xfd2fb528;
const blockHeaderBytes = 3;
const checksumBytes = 4;
const runBlock = 1;

/**
 * Size of the zstd frame that the output starts with. Where the frame fills a piece of output to the last
 * byte, Node.js asks for more and gets a second, empty frame, which is none of ours.
 *
 * ```
 * magic 4, descriptor 1, window 0..1, dictionary 0..4, content size 0..8
 * blocks     last 1 bit, type 2 bits, size 21 bits, content (1 byte for a run)
 * checksum   0..4
 * ```
 *
 * @throws INTERNAL_ERROR - there is no complete frame: written as it is, it would damage the image in silence
 * @see RFC 8878, section 3.1.1
 */
export function measureZstdFrame(output: Buffer): number {
  const descriptor = output.length < 5 || output.readUInt32LE(0) !== zstdMagic ? undefined : output[4];
  if (descriptor === undefined) throw incomplete('zstd');
  let end = 5 + optionalFieldBytes(descriptor);
  for (let isLast = false; !isLast; ) {
    if (end + blockHeaderBytes > output.length) throw incomplete('zstd');
    const header = output.readUIntLE(end, blockHeaderBytes);
    isLast = (header & 1) === 1;
    end += blockHeaderBytes + (((header >> 1) & 3) === runBlock ? 1 : header >> 3);
  }
  end += descriptor & 4 ? checksumBytes : 0;
  if (end > output.length) throw incomplete('zstd');
  return end;
}

/** Window, dictionary and content size. */
function optionalFieldBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  return (isSingleSegment ? 0 : 1) + dictionary + contentSize;
}

/** @throws INTERNAL_ERROR - the output does not start like a zlib stream, or is too short. @see RFC 1950 */
export function measureZlibStream(output: Buffer): number {
  const shortest = 8;
  if (output.length < shortest || (output.readUInt8(0) & 0x0f) !== 8 || output.readUInt16BE(0) % 31 !== 0)
    throw incomplete('gzip');
  return output.length;
}

function incomplete(compression: string): AppError {
  return new AppError('INTERNAL_ERROR', `${compression} returned no complete block`);
}
