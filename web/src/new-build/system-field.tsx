import { type ComboboxItem, Select, Text } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import type { FieldProps } from './field-props.tsx';
import { longList } from './long-list.ts';
import { isSystemMatch } from './machines.ts';

type Props = {
  readonly systems: readonly Schemas['System'][];
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly field: FieldProps;
};

/** No system has the name; for the keyboard, which the cross in the field is not for. */
const none = '-';

export function SystemField({ systems, value, onChange, field }: Props) {
  const byName = new Map(systems.map((system) => [system.name, system]));
  return (
    <Select
      {...longList}
      {...field}
      label="HPC system"
      placeholder="None: the fields below say it"
      data={[{ value: none, label: 'None' }, ...systems.map(({ name }) => name)]}
      filter={({ options, search }) =>
        (options as ComboboxItem[]).filter((option) => {
          const system = byName.get(option.value);
          return system === undefined || isSystemMatch(system, search);
        })
      }
      renderOption={({ option }) => (
        <div>
          {option.label}
          <Text size="sm" c="dimmed">
            {byName.get(option.value)?.description ?? 'What the other fields say'}
          </Text>
        </div>
      )}
      value={value === '' ? null : value}
      onChange={(name) => onChange(name === none ? '' : (name ?? ''))}
      searchable
      clearable
      flex={1}
    />
  );
}
