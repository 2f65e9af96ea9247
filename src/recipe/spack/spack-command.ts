import { paths } from './paths.ts';

/** The words that call Spack with the configuration of the toolchain and the places of the site. */
export function spackCommand(environment: string = paths.environment): string {
  return `${paths.spack}/bin/spack -C ${paths.config} -C ${paths.site} -e ${environment}`;
}
