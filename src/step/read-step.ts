import { AppError } from '../errors/app-error.ts';
import { formatProblem } from '../errors/problem.ts';
import { hashTree } from '../files/tree-hash.ts';
import type { Digest } from '../oci/digest.ts';
import { readStepDescription } from './read-description.ts';
import type { Step } from './step.ts';
import { hasStepFile, postInstallFile, requireStepFile } from './step-files.ts';

/** A step's files on disk, before they are read. */
export type LocatedStep = Pick<Step, 'folder' | 'commit' | 'registryUrl'> & {
  /** When it is known already. */
  readonly treeHash?: Digest;
};

export type StepIdentity = Pick<Step, 'workflow' | 'stepId' | 'version'>;

/**
 * Reads a step whose files are on disk.
 *
 * @throws STEP_INVALID - `details.problems` has every fault of its description
 * @throws STEP_UNREADABLE - a file cannot be read
 */
export async function readStep(identity: StepIdentity, located: LocatedStep): Promise<Step> {
  const { description, problems } = await readStepDescription(located.folder);
  if (description === undefined) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    throw new AppError('STEP_INVALID', errors.map(formatProblem).join('\n'), { details: { problems } });
  }
  const [treeHash, hasPostInstall] = await Promise.all([
    located.treeHash ?? hashTree(located.folder),
    hasPostInstallScript(located.folder),
  ]);
  const { workflow, stepId, version } = identity;
  return { workflow, stepId, version, ...located, treeHash, description, hasPostInstall };
}

async function hasPostInstallScript(folder: string): Promise<boolean> {
  if (!(await hasStepFile(folder, postInstallFile))) return false;
  await requireStepFile(folder, postInstallFile);
  return true;
}
