import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildPlan } from '../build/plan.ts';
import { toPlanReport } from '../build/plan-report.ts';
import type { BuildResult } from '../build/result.ts';
import { writeWhole } from '../files/write-whole.ts';
import { buildFiles, filesFolderOf } from './build-folder.ts';

/** Keeps what a build will be made from, as soon as that is known: a failed build can be understood by it. */
export async function keepPlan(plan: BuildPlan, buildFolder: string): Promise<void> {
  const report = toPlanReport(plan);
  const files: readonly (readonly [string, string | null])[] = [
    [buildFiles.dockerfile, report.dockerfile],
    [buildFiles.buildDockerfile, report.build_dockerfile],
    [buildFiles.spackYaml, report.spack_yaml],
    [buildFiles.spackLock, report.spack_lock],
    [buildFiles.plan, `${JSON.stringify(report, undefined, 2)}\n`],
  ];
  for (const [name, content] of files) {
    if (content !== null) await writeWhole(join(filesFolderOf(buildFolder), name), content);
  }
}

/** Keeps SBOM and provenance, which lie beside the SIF under its name: the next build of that name writes its own. */
export async function keepAttestations(
  { attestations }: Pick<BuildResult, 'attestations'>,
  buildFolder: string,
): Promise<void> {
  if (attestations === undefined) return;
  const folder = filesFolderOf(buildFolder);
  await mkdir(folder, { recursive: true });
  await copyFile(attestations.sbomPath, join(folder, buildFiles.sbom));
  await copyFile(attestations.provenancePath, join(folder, buildFiles.provenance));
}
