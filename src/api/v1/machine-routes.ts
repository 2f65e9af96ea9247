import { listMachines } from '../../machine/machine-entry.ts';
import { toSystemEntry } from '../../machine/system/system-entry.ts';
import { toMachineFields } from '../../request/system-fields.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { failures, guard, security } from './guard.ts';
import { machinesSchema, toWireMachines } from './machine-wire.ts';
import type { V1App } from './v1-app.ts';

/** What `cic machines` shows of the service's machine, and what a request gets from a system that it names. */
export function addMachineRoutes(app: V1App, deps: ApiDependencies): void {
  const machines = toWireMachines({
    systems: deps.systems.map((system) => ({
      ...toSystemEntry(system),
      request_fields: toMachineFields({}, system),
    })),
    microarchitectures: listMachines(),
  });
  app.get(
    '/machines',
    {
      preHandler: guard(deps, 'read'),
      schema: {
        operationId: 'listMachines',
        summary: 'HPC systems and CPU microarchitectures that images can be built for',
        tags: ['machines'],
        security,
        response: { 200: machinesSchema, ...failures },
      },
    },
    async () => machines,
  );
}
