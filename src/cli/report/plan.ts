import type { BuildPlan } from '../../build/plan.ts';
import { formatImageName } from '../../build/plan-report.ts';
import type { LockNode } from '../../spack/lock.ts';
import { gpuArchOf } from '../../spack/lock-nodes.ts';
import type { Paint } from '../paint.ts';
import { formatTable } from '../table.ts';

/** The plan for people: files first, each under its name, then the names and the digest. */
export function formatPlan({ recipe, step, spack }: BuildPlan, paint: Paint): string {
  const rows = [
    ['image', formatImageName(recipe.names)],
    ['SIF', recipe.names.sifFilename],
    ['recipe', recipe.digest],
    ['base', recipe.base.digest],
    ...(step?.commit === undefined ? [] : [['commit', step.commit]]),
  ];
  const { build } = recipe;
  return [
    ...(build === undefined ? [] : formatPart('Dockerfile of the build image', build.dockerfile, paint)),
    ...formatPart(build === undefined ? 'Dockerfile' : 'Dockerfile of the image', recipe.dockerfile, paint),
    ...(recipe.spackYaml === undefined ? [] : formatPart('spack.yaml', recipe.spackYaml, paint)),
    ...(spack === undefined
      ? []
      : formatPart('Spack packages', formatPackages(spack.environment.input.lock.nodes, paint), paint)),
    ...rows.map(([name = '', value]) => `${paint.dim(name.padEnd(7))} ${value}`),
    '',
  ].join('\n');
}

function formatPart(title: string, text: string, paint: Paint): string[] {
  return [paint.bold(`# ${title}`), text.trimEnd(), ''];
}

/** What is built first; the distribution's own below. */
function formatPackages(nodes: readonly LockNode[], paint: Paint): string {
  const sorted = [
    ...nodes.filter(({ isExternal }) => !isExternal),
    ...nodes.filter(({ isExternal }) => isExternal),
  ];
  const isForGpu = nodes.some((node) => gpuArchOf(node) !== undefined);
  return formatTable(
    ['PACKAGE', 'VERSION', 'TARGET', ...(isForGpu ? ['GPU'] : []), 'COMES FROM'],
    sorted.map((node) => [
      node.name,
      node.version,
      node.target,
      ...(isForGpu ? [gpuArchOf(node) ?? '-'] : []),
      node.isExternal ? 'the distribution (external)' : 'Spack (built)',
    ]),
    paint,
  );
}
