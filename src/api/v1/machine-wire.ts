import { z } from 'zod';
import type { MachineEntry } from '../../machine/machine-entry.ts';
import type { toSystemEntry } from '../../machine/system/system-entry.ts';
import type { WireMachine } from '../../request/wire-request.ts';

const systemSchema = z
  .object({
    kind: z.literal('system'),
    name: z.string(),
    aliases: z.array(z.string()),
    description: z.string().optional(),
    platform: z.string().meta({ examples: ['linux/amd64'] }),
    microarchitecture: z.string().meta({ description: 'archspec name' }),
    gpu: z
      .object({
        kind: z.string(),
        arch: z.string().optional(),
        driver: z.string().optional(),
        build_with: z.string().optional().meta({ description: 'Spack spec that images get' }),
      })
      .optional(),
    mpi: z
      .object({
        family: z.string(),
        version: z.string().optional(),
        abi: z.string(),
        build_with: z.string().optional().meta({ description: 'Spack spec that images get' }),
        pmi: z.string().optional(),
        model: z.string().optional(),
      })
      .optional(),
    fabric: z.string().optional(),
    scheduler: z.string().optional(),
    runtime: z
      .object({
        name: z.string(),
        version: z.string().optional(),
        build_allowed: z.boolean().optional(),
        gpu_flag: z.string().optional(),
      })
      .optional(),
    modules: z.array(z.string()),
    bind: z.array(z.string()),
    env: z.record(z.string(), z.string()),
    run_line: z.string().optional().meta({ description: 'With {image} and {command} in it' }),
    request_fields: z
      .object({
        platform: z.string(),
        architecture: z.string(),
        container_engine: z.string(),
        mpi: z.string().optional(),
        gpu: z.string().optional(),
      })
      .meta({ description: 'What its name stands for in `machine` of a request' }),
    unconfirmed: z.array(z.string()),
    sources: z.array(z.object({ url: z.string(), fact: z.string(), date: z.string().optional() })),
  })
  .meta({ id: 'System', description: 'A named HPC system, for `machine` of a request' });

const microarchitectureSchema = z
  .object({
    kind: z.literal('microarchitecture'),
    name: z.string(),
    platform: z.string(),
    vendor: z.string(),
    parents: z.array(z.string()).meta({ description: 'Whose code it runs too, nearest first' }),
    code_names: z.array(z.string()),
    gcc: z.object({ flags: z.string(), min_version: z.string().optional() }).optional(),
  })
  .meta({ id: 'Microarchitecture', description: 'For `machine.architecture` of a request' });

export const machinesSchema = z
  .object({ systems: z.array(systemSchema), microarchitectures: z.array(microarchitectureSchema) })
  .meta({ id: 'Machines' });

type Machines = {
  readonly systems: readonly (ReturnType<typeof toSystemEntry> & { readonly request_fields: WireMachine })[];
  readonly microarchitectures: readonly MachineEntry[];
};

/** What programs read, as this schema has it: absent fields are left out. */
export function toWireMachines(machines: Machines): z.infer<typeof machinesSchema> {
  return machinesSchema.parse(JSON.parse(JSON.stringify(machines)));
}
