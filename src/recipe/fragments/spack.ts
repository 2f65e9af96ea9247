import { type Fragment, formatCopy, formatEnv, formatRun } from '../dockerfile.ts';
import { spackContextName } from '../recipe.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';

export const spackView = '/opt/view';
export const spackYamlFile = 'spack.yaml';

const spackPrefix = '/opt/spack';
const environment = '/opt/spack-environment';

/** Installs the Spack environment of `spack.yaml`; Spack itself stays outside the image. */
export function planSpack(network: SiteNetwork): Fragment[] {
  const spack = `${spackPrefix}/bin/spack -e ${environment}`;
  const site = planSiteAccess(network);
  const script = [...site.script, `${spack} concretize`, `${spack} install --fail-fast`];
  return [
    {
      stage: 'spack',
      comment: `the Spack environment, with its view in ${spackView}`,
      instructions: [
        formatCopy([spackYamlFile], `${environment}/${spackYamlFile}`),
        formatRun(script, [{ type: 'bind', from: spackContextName, target: spackPrefix }, ...site.mounts]),
        formatEnv({ PATH: `${spackView}/bin:$PATH` }),
      ],
    },
  ];
}
