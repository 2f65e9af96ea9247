import { type ComboboxItem, Select, Text } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import type { FieldProps } from './field-props.tsx';
import { isSystemMatch } from './machines.ts';

type Props = {
  readonly systems: readonly Schemas['System'][];
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly field: FieldProps;
};

export function SystemField({ systems, value, onChange, field }: Props) {
  const byName = new Map(systems.map((system) => [system.name, system]));
  return (
    <Select
      {...field}
      label="HPC system"
      placeholder="None: the fields below say it"
      data={systems.map(({ name }) => name)}
      filter={({ options, search }) =>
        (options as ComboboxItem[]).filter((option) => {
          const system = byName.get(option.value);
          return system !== undefined && isSystemMatch(system, search);
        })
      }
      renderOption={({ option }) => (
        <div>
          {option.value}
          <Text size="sm" c="dimmed">
            {byName.get(option.value)?.description}
          </Text>
        </div>
      )}
      nothingFoundMessage="No such system: leave this open, and fill the fields below"
      value={value === '' ? null : value}
      onChange={(name) => onChange(name ?? '')}
      maxDropdownHeight={340}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'No HPC system' }}
      flex={1}
    />
  );
}
