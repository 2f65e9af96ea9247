import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { KeptFile } from '../artifact/artifact.ts';
import { writeWhole } from '../files/write-whole.ts';

/** Absolute paths of the documents about an image. */
export type AttestationPaths = { readonly sbomPath: string; readonly provenancePath: string };

/** Beside the SIF, or where it would be. @param sifFilename With its suffix. */
export function planAttestationPaths(directory: string, sifFilename: string): AttestationPaths {
  const stem = resolve(directory, sifFilename.replace(/\.sif$/, ''));
  return { sbomPath: `${stem}.spdx.json`, provenancePath: `${stem}.provenance.json` };
}

/** Where the lock of an image's Spack environment is, beside those. */
export function planLockPath(directory: string, sifFilename: string): string {
  return resolve(directory, sifFilename.replace(/\.sif$/, '.spack.lock'));
}

/** Writes a file as a whole: readers see the old or the new one. */
export async function writeKeptFile(path: string, content: string): Promise<KeptFile> {
  await writeWhole(path, content);
  return { path, sha256: sha256Of(content) };
}

/** Whether all files are there as they were written. */
export async function areUnchanged(files: readonly KeptFile[]): Promise<boolean> {
  const checks = files.map(async ({ path, sha256 }) => {
    const content = await readFile(path).catch(() => undefined);
    return content !== undefined && sha256Of(content) === sha256;
  });
  return (await Promise.all(checks)).every(Boolean);
}

export async function removeAttestations({ sbomPath, provenancePath }: AttestationPaths): Promise<void> {
  const removals = [sbomPath, provenancePath].map((path) => rm(path, { force: true }));
  await Promise.allSettled(removals);
}

/** @returns 64 hex digits. */
export function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
