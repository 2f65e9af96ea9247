import { type ComboboxItem, Select, Text } from '@mantine/core';
import type { Schemas } from '../api/client.ts';
import type { FieldProps } from './field-props.tsx';
import { useLongList } from './long-list.ts';
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
  const list = useLongList(({ options, search }) =>
    (options as ComboboxItem[]).filter((option) => {
      const system = byName.get(option.value);
      return system === undefined ? search.trim() === '' : isSystemMatch(system, search);
    }),
  );
  return (
    <Select
      {...list}
      {...field}
      label="HPC system"
      placeholder="None: the fields below say it"
      data={[{ value: none, label: 'None' }, ...systems.map(({ name }) => name)]}
      selectFirstOptionOnChange
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
