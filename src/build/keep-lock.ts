import { readFile, rm } from 'node:fs/promises';
import { planLockPath, writeKeptFile } from './attestation-files.ts';
import type { BuildPlan } from './plan.ts';
import type { PublishContext } from './publish-context.ts';

/**
 * Keeps the lock of a published image's Spack environment beside its SIF: who builds with it gets the same
 * packages again. As with SBOM and provenance, what fails here is a warning, and the lock of an earlier image of
 * that name does not stay.
 *
 * @returns Absolute path of the lock; undefined when there is none.
 */
export async function keepLock(
  { recipe, spack }: BuildPlan,
  { options, stages }: Pick<PublishContext, 'options' | 'stages'>,
): Promise<string | undefined> {
  const path = planLockPath(options.outputDirectory, recipe.names.sifFilename);
  const text = spack?.environment.input.lockText;
  try {
    if (text === undefined) await rm(path, { force: true });
    else if (text !== (await readFile(path, 'utf8').catch(() => undefined))) await writeKeptFile(path, text);
    return text === undefined ? undefined : path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    stages.emit({ kind: 'warning', message: `the spack.lock beside the SIF could not be kept: ${reason}` });
    await rm(path, { force: true }).catch(() => undefined);
    return undefined;
  }
}
