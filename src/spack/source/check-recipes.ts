import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { run } from '../../exec/run.ts';
import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';
import type { PackageRepo } from './package-repo.ts';
import type { PreparedSpack } from './prepare-spack.ts';
import { type SourceOptions, sourcesDirectory } from './source-options.ts';

/** A recipe that a Spack cannot load. */
export type UnloadableRecipe = {
  readonly name: string;
  /** Name of its folder. */
  readonly folder: string;
  readonly reason: string;
};

export type RecipeCheck =
  | { readonly kind: 'checked'; readonly unloadable: readonly UnloadableRecipe[] }
  /** Spack itself did not run here, such as without Python. */
  | { readonly kind: 'unchecked'; readonly reason: string };

export type CheckInput = {
  readonly repo: PackageRepo;
  /** Of the catalogue: the answer is kept under it and the Spack's version. */
  readonly treeHash: Digest;
  readonly spack: PreparedSpack;
};

/**
 * Has Spack load every recipe of a repository once. That takes a second; the answer is kept in the cache.
 *
 * @throws CANCELLED - `options.signal` was aborted
 */
export async function checkRecipes(input: CheckInput, options: SourceOptions): Promise<RecipeCheck> {
  const { repo, treeHash, spack } = input;
  const recipes = spack.packages?.commit ?? spack.packages?.folder ?? '';
  const key = digestHex(digestOf([treeHash, repo.folder, spack.version, recipes].join('\n'))).slice(0, 16);
  const record = join(sourcesDirectory(options), `recipes-${key}.json`);
  const known = await readFile(record, 'utf8').catch(() => undefined);
  if (known !== undefined) return { kind: 'checked', unloadable: JSON.parse(known) as UnloadableRecipe[] };
  const folder = await mkdtemp(join(sourcesDirectory(options), '.check-'));
  try {
    const { stdout } = await run(await planCheck(folder, input), { signal: options.signal });
    const unloadable = parseCheck(stdout);
    if (unloadable === undefined) return { kind: 'unchecked', reason: 'Spack found none of them' };
    const text = join(folder, 'record.json');
    await writeFile(text, JSON.stringify(unloadable));
    await rename(text, record);
    return { kind: 'checked', unloadable };
  } catch (error) {
    if (!isAppError(error, 'EXEC_FAILED', 'EXEC_NOT_FOUND')) throw error;
    return { kind: 'unchecked', reason: error.message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const marker = 'cic-recipe';

/** Spack prints warnings of its own to the same stream. */
const script = `import json, os, spack.repo
for repo in spack.repo.PATH.repos:
    if repo.namespace != NAMESPACE:
        continue
    for name in repo.all_package_names(include_virtuals=True):
        reason = None
        try:
            repo.get_pkg_class(name)
        except BaseException as error:
            reason = str(error) or type(error).__name__
        folder = os.path.basename(os.path.dirname(repo.filename_for_package_name(name)))
        print("${marker}", json.dumps([name, folder, reason]))
`;

/** Nothing but its own scope of configuration, and nothing written into the checkouts. */
async function planCheck(folder: string, { repo, spack }: CheckInput): Promise<Command> {
  const file = join(folder, 'check.py');
  await writeFile(file, `NAMESPACE = ${JSON.stringify(repo.namespace)}\n${script}`);
  await writeFile(join(folder, 'repos.yaml'), formatRepos(repo, spack));
  return {
    file: join(spack.folder, 'bin', 'spack'),
    args: ['-C', folder, 'python', file],
    env: {
      HOME: folder,
      PYTHONDONTWRITEBYTECODE: '1',
      SPACK_DISABLE_LOCAL_CONFIG: '1',
      SPACK_USER_CACHE_PATH: join(folder, 'cache'),
    },
  };
}

/** JSON is YAML. Spack 0.x has a list and its own recipes in its defaults. */
function formatRepos(repo: PackageRepo, { packages }: PreparedSpack): string {
  const repos = packages === undefined ? [repo.folder] : { cic: repo.folder, builtin: packages.folder };
  return JSON.stringify({ repos });
}

/** Undefined when not even one recipe was tried. */
function parseCheck(output: string): UnloadableRecipe[] | undefined {
  const lines = output.split('\n').filter((line) => line.startsWith(`${marker} `));
  if (lines.length === 0) return undefined;
  return lines.flatMap((line) => {
    const [name, folder, reason] = JSON.parse(line.slice(marker.length)) as [string, string, string | null];
    return reason === null ? [] : [{ name, folder, reason: toReason(reason) }];
  });
}

/** `cannot load package 'x' from the 'y' repository: <reason>`, often with an explanation below. */
function toReason(text: string): string {
  const [first = ''] = text.trim().split('\n');
  return first.replace(/^cannot load package '[^']*' from the '[^']*' repository: /, '');
}
