import type { Schemas } from '../api/client.ts';

const nothing = { modules: [], bind: [], env: {}, unconfirmed: [], sources: [] };

/** A small catalogue, as the service gives it. */
export const machines: Schemas['Machines'] = {
  systems: [
    {
      kind: 'system',
      name: 'cray-gpu',
      aliases: ['cray'],
      description: 'A Cray, Somewhere',
      platform: 'linux/amd64',
      microarchitecture: 'zen3',
      request_fields: {
        platform: 'linux/amd64',
        architecture: 'zen3',
        container_engine: 'apptainer',
        mpi: 'mpich@3.4.3',
        gpu: 'hip@6',
      },
      ...nothing,
    },
  ],
  microarchitectures: [
    architecture('x86_64', 'generic', []),
    architecture('zen2', 'AMD', ['rome']),
    architecture('zen3', 'AMD', ['milan', 'trento']),
    { ...architecture('neoverse_v2', 'ARM', ['grace']), platform: 'linux/arm64' },
  ],
};

function architecture(name: string, vendor: string, codeNames: string[]): Schemas['Microarchitecture'] {
  return {
    kind: 'microarchitecture',
    name,
    platform: 'linux/amd64',
    vendor,
    parents: [],
    code_names: codeNames,
  };
}
