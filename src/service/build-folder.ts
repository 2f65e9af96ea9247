import { join } from 'node:path';

/** Files of a build besides its log, by the name under which they are handed out. */
export const buildFiles = {
  dockerfile: 'Dockerfile',
  buildDockerfile: 'Dockerfile.build',
  spackYaml: 'spack.yaml',
  spackLock: 'spack.lock',
  plan: 'plan.json',
  sbom: 'sbom.spdx.json',
  provenance: 'provenance.intoto.json',
} as const;

/**
 * ```
 * <folder>/<id>/events.jsonl   the log for programs
 * <folder>/<id>/build.log      the log for people
 * <folder>/<id>/files/         Dockerfile, spack.yaml and so on
 * ```
 *
 * @param id A UUID: nothing else ever names a folder.
 */
export type BuildFolders = { readonly ofBuild: (id: string) => string };

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isBuildId(text: string): boolean {
  return uuidPattern.test(text);
}

export function createBuildFolders(folder: string): BuildFolders {
  return {
    ofBuild: (id) => {
      if (!isBuildId(id)) throw new TypeError(`"${id}" is no build id`);
      return join(folder, id);
    },
  };
}

export function filesFolderOf(buildFolder: string): string {
  return join(buildFolder, 'files');
}
