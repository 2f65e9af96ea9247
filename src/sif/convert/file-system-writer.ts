import type { ImageSource } from '../source/image-source.ts';
import type { RootPlan } from './root-plan.ts';
import type { ReadCall } from './root-stream.ts';

/** Where a file system goes. */
export type WriteTarget = {
  readonly path: string;
  /** Where it starts in the file; nothing is behind it afterwards. */
  readonly offsetBytes: number;
  /** Unix seconds, for the file system itself. */
  readonly createdAt: number;
};

export type WriteContent = { readonly source: ImageSource; readonly plan: RootPlan };

/** Writes the root file system of an image into a file, which is made. What it leaves after a failure is no use. */
export interface FileSystemWriter {
  /**
   * @throws SIF_DIGEST_MISMATCH, SIF_SOURCE_TRUNCATED, SIF_SOURCE_INVALID - the image is damaged
   * @throws SIF_CONVERT_FAILED - the program that writes failed or was killed
   * @throws CANCELLED - `call.signal` was aborted
   */
  write(content: WriteContent, target: WriteTarget, call: ReadCall): Promise<void>;
}
