import { paths } from './paths.ts';
import type { SpackTools } from './spack-tools.ts';

/** The words that call Spack with the configuration of the toolchain, the catalogue and the site. */
export function spackCommand(
  { catalogue }: Pick<SpackTools, 'catalogue'>,
  environment: string = paths.environment,
): string {
  const scopes = [
    paths.config,
    ...(catalogue?.hasConfig ? [`${paths.catalogue}/cfg`] : []),
    paths.site,
  ].flatMap((folder) => ['-C', folder]);
  return [`${paths.spack}/bin/spack`, ...scopes, '-e', environment].join(' ');
}
