import { constants } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isProcessAlive } from '../exec/process-alive.ts';
import type { CatalogueFolders } from './spack/spack-port.ts';

/** The private folder of one running build; nothing in it outlives the build. */
export type Workspace = {
  readonly directory: string;
  remove(): Promise<void>;
};

const namePattern = /^build-(\d+)-/;

/**
 * Makes a workspace under `parent`, and removes those that killed processes left behind: the name
 * holds the process id.
 */
export async function createWorkspace(parent: string): Promise<Workspace> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeAbandoned(parent);
  const directory = await mkdtemp(join(parent, `build-${process.pid}-`));
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/**
 * Copies a step's folder to where the engine reads it, so that a file saved during the build cannot
 * end up half in the image. `.git` is left out.
 *
 * @returns The folder that holds the copy under the step's name.
 */
export async function stageStep(folder: string, stepId: string, workspace: Workspace): Promise<string> {
  const context = join(workspace.directory, 'step');
  await copyFolder(folder, join(context, stepId));
  return context;
}

/**
 * Copies the site's catalogue as {@link stageStep} does.
 *
 * @returns The folder that holds the copy under the name `catalogue`.
 */
export async function stageCatalogue(
  catalogue: CatalogueFolders | undefined,
  workspace: Workspace,
): Promise<string | undefined> {
  if (catalogue === undefined) return undefined;
  const context = join(workspace.directory, 'catalogue-context');
  await copyFolder(catalogue.repo, join(context, 'catalogue', catalogue.place));
  if (catalogue.config !== undefined) await copyFolder(catalogue.config, join(context, 'catalogue', 'cfg'));
  return context;
}

async function copyFolder(source: string, target: string): Promise<void> {
  await cp(source, target, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    filter: (path) => basename(path) !== '.git',
  });
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(namePattern.exec(name)?.[1]);
    if (!Number.isNaN(pid) && !isProcessAlive(pid))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}
