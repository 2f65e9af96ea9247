import { Button, Fieldset, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import { ArchitectureField } from './architecture-field.tsx';
import { FavouriteButton, FavouriteChoices } from './favourites.tsx';
import type { DescribeField } from './field-props.tsx';
import { changedFields, fieldsOfSystem, type MachineField, toEngine } from './form.ts';
import { findMicroarchitecture, findSystem, listSpecs } from './machines.ts';
import { SuggestField } from './suggest-field.tsx';
import { SystemField } from './system-field.tsx';
import type { FormControl } from './use-build-form.ts';

type Props = FormControl & {
  readonly machines: Schemas['Machines'];
  readonly describe: DescribeField;
};

const platforms = ['linux/amd64', 'linux/arm64', 'linux/ppc64le'];
const engines = [
  { value: 'apptainer', label: 'Apptainer or Singularity' },
  { value: 'docker', label: 'Docker' },
];

export function MachineFields({ machines, form, change, chooseSystem, describe }: Props) {
  const chooseMachine = (name: string) => {
    const system = findSystem(machines, name);
    if (system !== undefined) chooseSystem(system.name);
    else change({ system: '', ...choosePlatform(name, machines), architecture: name, mpi: '', gpu: '' });
  };
  const typed = form.architecture.trim();
  const isKnown = typed === 'none' || findMicroarchitecture(machines, typed) !== undefined;
  return (
    <Fieldset legend={<Text fw={650}>Machine</Text>}>
      <Stack gap="sm">
        <FavouriteChoices onChoose={chooseMachine} />
        <Group align="start" gap="xs" wrap="nowrap">
          <SystemField
            systems={machines.systems}
            value={form.system}
            onChange={chooseSystem}
            field={describe('system', 'A system by name fills in the rest')}
          />
          <FavouriteButton machine={form.system || (isKnown ? typed : '')} />
        </Group>
        <ChangedFields machines={machines} form={form} change={change} />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="sm">
          <ArchitectureField
            machines={machines}
            value={form.architecture}
            onChange={(architecture) => change({ architecture, ...choosePlatform(architecture, machines) })}
            field={describe('architecture', 'Name or code name of the processors')}
          />
          <Select
            {...describe('platform', 'Goes with the processors')}
            label="Platform"
            data={platforms.includes(form.platform) ? platforms : [...platforms, form.platform]}
            value={form.platform}
            onChange={(platform) => change({ platform: platform ?? form.platform })}
            allowDeselect={false}
          />
          <SuggestField
            label="MPI"
            placeholder="None"
            data={listSpecs(machines, 'mpi')}
            value={form.mpi}
            onChange={(mpi) => change({ mpi })}
            field={describe('mpi', 'Spack spec of the MPI library there')}
          />
          <SuggestField
            label="GPU"
            placeholder="None"
            data={listSpecs(machines, 'gpu')}
            value={form.gpu}
            onChange={(gpu) => change({ gpu })}
            field={describe('gpu', 'Toolkit, and the architecture to compile for')}
          />
          <Select
            {...describe(
              'engine',
              form.engine === 'docker' ? 'An OCI image' : 'A SIF file, and an OCI image',
            )}
            label="Container engine"
            data={engines}
            value={form.engine}
            onChange={(engine) => change({ engine: toEngine(engine ?? form.engine) })}
            allowDeselect={false}
          />
        </SimpleGrid>
      </Stack>
    </Fieldset>
  );
}

/** Whoever names processors need not say which platform they are of. */
function choosePlatform(architecture: string, machines: Schemas['Machines']) {
  const known = findMicroarchitecture(machines, architecture);
  return known === undefined ? {} : { platform: known.platform };
}

const words: Readonly<Record<MachineField, string>> = {
  platform: 'platform',
  architecture: 'microarchitecture',
  engine: 'container engine',
  mpi: 'MPI',
  gpu: 'GPU',
};

/** Says what is no longer as the named system has it. */
function ChangedFields({ machines, form, change }: Pick<Props, 'machines' | 'form' | 'change'>) {
  const system = findSystem(machines, form.system);
  const changed = changedFields(form, system);
  if (system === undefined || changed.length === 0) return null;
  return (
    <Group gap="xs">
      <Text size="sm">
        Other than on {system.name}: {changed.map((field) => words[field]).join(', ')}.
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => change(fieldsOfSystem(system))}>
        As on {system.name}
      </Button>
    </Group>
  );
}
