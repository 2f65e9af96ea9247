import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseYamlDocument } from '../../document/yaml-document.ts';
import { AppError } from '../../errors/app-error.ts';
import { hashTree } from '../../files/tree-hash.ts';
import { findCleanCommit } from '../../git/local-commit.ts';
import { commitPattern } from '../../git/refs.ts';
import type { Digest } from '../../oci/digest.ts';
import { isMapping, type Mapping } from '../mapping.ts';
import { checkRecipes } from './check-recipes.ts';
import { type CatalogueFiles, convertCatalogue } from './convert-catalogue.ts';
import { obtainFromGit, type Repository, resolveCommit } from './git-source.ts';
import { exists, isComplete, useFolder } from './local-source.ts';
import { findAccess } from './locate-source.ts';
import { type PackageRepo, readPackageRepo } from './package-repo.ts';
import { findApiFault, type PreparedSpack } from './prepare-spack.ts';
import type { SpackOrigin } from './settings.ts';
import type { LocatedSource, SourceKind, SourceWish } from './source-kind.ts';
import { type SourceOptions, sourcesDirectory } from './source-options.ts';
import { unpackSource } from './tarball-source.ts';

/** The site's own recipes, in a form that its Spack loads. */
export type Catalogue = PackageRepo & {
  /** Of all files of the catalogue as its source has them. */
  readonly treeHash: Digest;
  /** Absent outside git, and where files of a local folder were changed. */
  readonly commit?: string;
  /** Its `cfg/`: Spack configuration. */
  readonly configFolder?: string;
  /** What is in it of the sections that CIC has a say in. */
  readonly config?: Mapping;
  /** Recipes that are left out because this Spack cannot load them, and why. */
  readonly warnings: readonly string[];
};

const catalogueKind: SourceKind = {
  name: 'catalogue',
  title: 'the software catalogue',
  marks: ['repo.yaml', 'spack_repo'],
};

/**
 * Brings the software catalogue onto this machine, pinned to a commit or the hash of its files. For Spack 1.x
 * recipes of the old form are converted in a copy.
 *
 * @throws SPACK_UNAVAILABLE - not there, or out of reach
 * @throws SPACK_CATALOGUE_INVALID - no package repository, or one that this Spack does not load
 * @throws CANCELLED - `options.signal` was aborted
 */
export async function loadCatalogue(
  origin: SpackOrigin,
  spack: PreparedSpack,
  options: SourceOptions,
): Promise<Catalogue> {
  const source = await locateCatalogue({ kind: catalogueKind, origin }, options);
  const repo = await requireRepo(source.folder, spack);
  const treeHash = await hashTree(source.folder).catch((cause) => {
    throw toInvalid(source.folder, cause instanceof Error ? cause.message : String(cause));
  });
  await mkdir(sourcesDirectory(options), { recursive: true });
  const files = { root: source.folder, repo, treeHash };
  const configFolder = join(source.folder, 'cfg');
  const hasConfig = await exists(configFolder);
  return {
    ...(await makeUsable(files, spack, options)),
    treeHash,
    ...(source.commit !== undefined && { commit: source.commit }),
    ...(hasConfig && { configFolder, config: await readConfig(configFolder) }),
  };
}

type UsableRepo = PackageRepo & Pick<Catalogue, 'warnings'>;

const readSections = ['packages', 'concretizer'] as const;

/** A file that is no YAML is left to Spack, which says where. */
async function readConfig(folder: string): Promise<Mapping> {
  const sections = readSections.map(async (name): Promise<Mapping> => {
    const file = join(folder, `${name}.yaml`);
    const text = await readFile(file, 'utf8').catch(() => '');
    const { value } = parseYamlDocument(text, file);
    return isMapping(value) && isMapping(value[name]) ? { [name]: value[name] } : {};
  });
  return Object.assign({}, ...(await Promise.all(sections)));
}

/** Spack loads all recipes of a repository to know what they provide: one that fails would spoil all others. */
async function makeUsable(
  files: CatalogueFiles,
  spack: PreparedSpack,
  options: SourceOptions,
): Promise<UsableRepo> {
  const convert = spack.major > 0;
  const { treeHash } = files;
  const repo = await convertCatalogue(files, { convert, leaveOut: [] }, options);
  const check = await checkRecipes({ repo, treeHash, spack }, options);
  if (check.kind === 'unchecked') {
    const warning = `the recipes of the software catalogue were not checked: ${check.reason}`;
    return { ...repo, warnings: [warning] };
  }
  const leaveOut = check.unloadable.map(({ folder }) => folder);
  const warnings = check.unloadable.map(
    ({ name, reason }) =>
      `the recipe ${name} of the software catalogue is left out, Spack ${spack.version} cannot load it: ${reason}`,
  );
  return { ...(await convertCatalogue(files, { convert, leaveOut }, options)), warnings };
}

/** A branch moves: it is resolved anew each time, and its commits are kept. */
async function locateCatalogue(wish: SourceWish, options: SourceOptions): Promise<LocatedSource> {
  const { kind, origin } = wish;
  const access = await findAccess(wish);
  if (access.kind === 'tarball') return unpackSource(access.path, kind, options);
  if (access.kind === 'git') return obtainCommit(wish, access.repository, options);
  const hasHistory = await exists(join(access.path, '.git'));
  if (origin.version !== 'latest' && hasHistory) return obtainCommit(wish, { url: access.path }, options);
  const { folder } = await useFolder(access.path, kind, options);
  const { signal, gitEnvironment: environment } = options;
  const commit = await findCleanCommit(folder, { signal, environment });
  return { folder, ...(commit !== undefined && { commit }) };
}

async function obtainCommit(
  { kind, origin }: SourceWish,
  repository: Repository,
  options: SourceOptions,
): Promise<LocatedSource> {
  const name = `${kind.name}-${origin.version.replaceAll('/', '-')}`;
  const supplied = join(sourcesDirectory(options), name);
  const isSupplied = !commitPattern.test(origin.version) && (await isComplete(supplied, kind));
  if (isSupplied) return useFolder(supplied, kind, options);
  const commit = await resolveCommit({ kind, origin }, repository, options);
  return obtainFromGit({ kind, origin: { ...origin, version: commit } }, repository, options);
}

async function requireRepo(folder: string, spack: PreparedSpack): Promise<PackageRepo> {
  const repo = await readPackageRepo(folder);
  if ('fault' in repo) throw toInvalid(folder, repo.fault);
  if (!(await exists(repo.packagesFolder))) throw toInvalid(folder, 'it has no folder packages');
  if (repo.namespace === 'builtin') throw toInvalid(folder, "the namespace builtin is Spack's own");
  const fault = findApiFault(repo, spack);
  if (fault !== undefined) throw toInvalid(folder, fault);
  return repo;
}

function toInvalid(folder: string, fault: string): AppError {
  return new AppError(
    'SPACK_CATALOGUE_INVALID',
    `the software catalogue in ${folder} cannot be used: ${fault}`,
    { hint: 'it is a Spack package repository: repo.yaml with a namespace, and packages/ with recipes' },
  );
}
