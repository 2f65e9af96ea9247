import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseYamlDocument } from '../../document/yaml-document.ts';
import { listFolders } from './local-source.ts';
import type { PackageApi } from './spack-version.ts';

/** A Spack package repository: a folder with `repo.yaml` and recipes. */
export type PackageRepo = {
  /** Folder of its `repo.yaml`. */
  readonly folder: string;
  readonly namespace: string;
  readonly api: PackageApi;
  /** Folder of the recipes, below `folder`. */
  readonly packagesFolder: string;
};

/** What is wrong with a package repository. */
export type RepoFault = { readonly fault: string };

/**
 * Reads a `repo.yaml`: in the folder itself, or in `spack_repo/<namespace>/` for the new form.
 *
 * @see Spack documentation, Package Repositories; Package API v1.0 and v2.0
 */
export async function readPackageRepo(root: string): Promise<PackageRepo | RepoFault> {
  const candidates = [
    root,
    ...(await listFolders(join(root, 'spack_repo'))).map((name) => join(root, 'spack_repo', name)),
  ];
  const found: PackageRepo[] = [];
  for (const folder of candidates) {
    const text = await readFile(join(folder, 'repo.yaml'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const repo = parseRepo(text, folder);
    if ('fault' in repo) return repo;
    found.push(repo);
  }
  const [repo, other] = found;
  if (repo === undefined) return { fault: 'there is no repo.yaml' };
  if (other !== undefined)
    return { fault: `there are several repositories: ${found.map(({ namespace }) => namespace).join(', ')}` };
  return repo;
}

function parseRepo(text: string, folder: string): PackageRepo | RepoFault {
  const { value, problems } = parseYamlDocument(text, 'repo.yaml');
  if (problems[0] !== undefined) return { fault: `repo.yaml: ${problems[0].message}` };
  const repo = isMap(value) ? value['repo'] : undefined;
  if (!isMap(repo)) return { fault: 'repo.yaml has no key repo' };
  const api = parseApi(repo['api']);
  if (api === undefined)
    return { fault: `repo.yaml: api ${JSON.stringify(repo['api'])} is no version such as v2.0` };
  // The new form takes its namespace from where it lies.
  const namespace = repo['namespace'] ?? (api[0] >= 2 ? basename(folder) : undefined);
  if (typeof namespace !== 'string' || !/^[A-Za-z][\w.]*$/.test(namespace)) {
    return { fault: `repo.yaml: ${JSON.stringify(namespace ?? null)} is no namespace` };
  }
  const subdirectory = repo['subdirectory'] ?? 'packages';
  if (typeof subdirectory !== 'string' || !/^(?:\.|\w[\w-]*)$/.test(subdirectory)) {
    return { fault: `repo.yaml: ${JSON.stringify(subdirectory)} is no folder of the repository` };
  }
  return { folder, namespace, api, packagesFolder: join(folder, subdirectory) };
}

/** `v2.2`; recipes before Spack 1.0 have none, which is v1.0. */
function parseApi(api: unknown): PackageApi | undefined {
  if (api === undefined || api === null) return [1, 0];
  const [, major, minor] = /^v(\d+)\.(\d+)$/.exec(String(api)) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
