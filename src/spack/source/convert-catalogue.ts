import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { makePartialFolder } from '../../files/partial-folder.ts';
import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';
import { conversionVersion, convertRecipe } from './convert-recipe.ts';
import { exists, listFolders } from './local-source.ts';
import type { PackageRepo } from './package-repo.ts';
import { type SourceOptions, sourcesDirectory } from './source-options.ts';

/** How the copy of a catalogue differs from it. */
export type CatalogueChanges = {
  /** Converts recipes of before Spack 1.0. */
  readonly convert: boolean;
  /** Folders of recipes that stay out. */
  readonly leaveOut: readonly string[];
};

export type CatalogueFiles = {
  /** Folder of the whole catalogue. */
  readonly root: string;
  readonly repo: PackageRepo;
  /** Of the whole catalogue: it names the copy. */
  readonly treeHash: Digest;
};

/**
 * A catalogue as Spack is given it: itself, or where something is to change, a copy in the cache. Packages keep
 * their names, the repository its namespace.
 */
export async function convertCatalogue(
  { root, repo, treeHash }: CatalogueFiles,
  { convert, leaveOut }: CatalogueChanges,
  options: SourceOptions,
): Promise<PackageRepo> {
  const texts = convert && repo.api[0] < 2 ? await convertRecipes(repo) : new Map<string, string>();
  if (texts.size === 0 && leaveOut.length === 0) return repo;
  const key = digestHex(digestOf([treeHash, convert, ...leaveOut].join('\n'))).slice(0, 16);
  const copy = join(sourcesDirectory(options), `catalogue-${key}-converted-${conversionVersion}`);
  const move = (path: string) => join(copy, relative(root, path));
  if (!(await exists(copy))) await writeCopy({ root, repo, texts, leaveOut }, copy);
  return { ...repo, folder: move(repo.folder), packagesFolder: move(repo.packagesFolder) };
}

/** New texts of the recipes that need one, by the names of their folders. */
async function convertRecipes({ packagesFolder }: PackageRepo): Promise<Map<string, string>> {
  const names = await listFolders(packagesFolder);
  const texts = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(packagesFolder, name, 'package.py'), 'utf8').catch(() => '');
      const converted = convertRecipe(text);
      return converted.changes.length === 0 ? [] : [[name, converted.text] as const];
    }),
  );
  return new Map(texts.flat());
}

type Copy = Omit<CatalogueFiles, 'treeHash'> &
  Pick<CatalogueChanges, 'leaveOut'> & { readonly texts: ReadonlyMap<string, string> };

/** Made aside and renamed; another process that was faster made the same. */
async function writeCopy({ root, repo, texts, leaveOut }: Copy, to: string): Promise<void> {
  const left = new Set(leaveOut.map((name) => join(repo.packagesFolder, name)));
  await mkdir(dirname(to), { recursive: true });
  const partial = await makePartialFolder(dirname(to));
  try {
    const filter = (path: string) => basename(path) !== '.git' && !left.has(path);
    await cp(root, partial, { recursive: true, filter });
    const packages = join(partial, relative(root, repo.packagesFolder));
    for (const [name, text] of texts) {
      if (!leaveOut.includes(name)) await writeFile(join(packages, name, 'package.py'), text);
    }
    await rename(partial, to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
