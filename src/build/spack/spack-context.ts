import type { PlanOptions } from '../plan.ts';
import type { BuildDependencies } from '../ports.ts';
import type { SpackPort } from './spack-port.ts';

/** What the work on a Spack environment needs. */
export type SpackContext = {
  readonly deps: BuildDependencies;
  readonly spack: SpackPort;
  readonly options: PlanOptions;
};
