import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isProcessAlive } from '../exec/process-alive.ts';
import type { ImageRecipe } from '../recipe/recipe.ts';
import type { EngineSecrets } from './options.ts';
import type { ImageRun } from './port.ts';

/** What an engine reads of a recipe. */
export type Buildable = Omit<ImageRecipe, 'base'>;

export function toBuildable({ platform, instructions }: ImageRun): Buildable {
  const dockerfile = instructions.map(({ text }) => `${text}\n`).join('');
  return { platform, instructions, dockerfile, generatedFiles: [], contexts: {} };
}

/** The files that one run of an engine reads. */
export type BuildFiles = {
  /** Private folder; its name identifies the run. */
  readonly directory: string;
  readonly dockerfile: string;
  readonly context: string;
  /** File of each secret, by its id. */
  readonly secrets: Readonly<Record<string, string>>;
  remove(): Promise<void>;
};

const namePattern = /^engine-(\d+)-/;

/** Id of the process whose run has this private folder. */
export function findRunOwner(directory: string): number | undefined {
  const owner = namePattern.exec(basename(directory))?.[1];
  return owner === undefined ? undefined : Number(owner);
}

/** Writes a recipe and the secrets to a private folder, and removes folders that killed processes left. */
export async function writeBuildFiles(
  recipe: Buildable,
  secrets: EngineSecrets,
  parent: string,
): Promise<BuildFiles> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeAbandoned(parent);
  const directory = await mkdtemp(join(parent, `engine-${process.pid}-`));
  const context = join(directory, 'context');
  const dockerfile = join(directory, 'Dockerfile');
  await mkdir(context);
  await writeFile(dockerfile, recipe.dockerfile);
  for (const { path, content } of recipe.generatedFiles) {
    await mkdir(dirname(join(context, path)), { recursive: true });
    await writeFile(join(context, path), content);
  }
  return {
    directory,
    dockerfile,
    context,
    secrets: await writeSecrets(secrets, directory),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function writeSecrets(secrets: EngineSecrets, directory: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [id, source] of Object.entries(secrets)) {
    if ('file' in source) {
      files[id] = source.file;
      continue;
    }
    files[id] = join(directory, `secret-${id}`);
    await writeFile(files[id], source.content, { mode: 0o600 });
  }
  return files;
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = findRunOwner(name);
    if (owner !== undefined && !isProcessAlive(owner))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}
