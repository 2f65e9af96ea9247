import { formatPlatform } from '../oci/platform.ts';
import type { BuildRequest } from './build-request.ts';

/** A request with every field in its plain form, for whoever wants to change some of them and ask again. */
export type SpelledOutRequest = {
  readonly machine: {
    /** Of an HPC system; the other fields have what the request has changed of it, too. */
    readonly name?: string;
    readonly platform: string;
    readonly architecture: string;
    readonly container_engine: 'docker' | 'apptainer';
    /** Empty: none. */
    readonly mpi: string;
    readonly gpu: string;
  };
  readonly workflow: string;
  readonly step_id: string;
  readonly version: string;
  readonly force: boolean;
  readonly push?: boolean;
};

export function spellOutRequest({ machine, source, force, push }: BuildRequest): SpelledOutRequest {
  const { system, platform, microarchitecture, requestedArchitecture, imageFormat, mpi, gpu } = machine;
  return {
    machine: {
      ...(system !== undefined && { name: system.name }),
      platform: formatPlatform(platform),
      // Without an architecture of its own a request has the name of the system there.
      architecture: requestedArchitecture === system?.name ? microarchitecture : requestedArchitecture,
      container_engine: imageFormat === 'sif' ? 'apptainer' : 'docker',
      mpi: mpi ?? '',
      gpu: gpu ?? '',
    },
    ...(source.kind === 'base'
      ? { workflow: 'BASE', step_id: 'BASE', version: 'latest' }
      : { workflow: source.workflow, step_id: source.stepId, version: source.version }),
    force,
    ...(push !== undefined && { push }),
  };
}
