import { type ComboboxParsedItem, Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { Schemas } from '../api/client.ts';
import type { FieldProps } from './field-props.tsx';
import { groupArchitectures, searchArchitectures } from './machines.ts';
import { SuggestField } from './suggest-field.tsx';

type Props = {
  readonly machines: Schemas['Machines'];
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly field: FieldProps;
};

/** Microarchitectures by family, found by their code names too: `rome` is zen2. */
export function ArchitectureField({ machines, value, onChange, field }: Props) {
  const groups = useMemo(() => groupArchitectures(machines.microarchitectures), [machines]);
  const notes = useMemo(
    () => new Map(groups.flatMap(({ items }) => items.map((item) => [item.value, item.note]))),
    [groups],
  );
  return (
    <SuggestField
      field={field}
      label="Microarchitecture"
      placeholder="zen3, rome, sapphirerapids…"
      data={groups.map(({ group, items }) => ({ group, items: items.map((item) => item.value) }))}
      filter={({ search }) =>
        searchArchitectures(groups, search).map(({ group, items }) => ({
          group,
          items: items.map((item) => ({ value: item.value, label: item.value })),
        })) as ComboboxParsedItem[]
      }
      renderOption={({ option }) => (
        <Group gap="xs" wrap="nowrap" justify="space-between" w="100%">
          <span>{option.value}</span>
          <Text size="sm" c="dimmed" ta="right" truncate>
            {notes.get(String(option.value))}
          </Text>
        </Group>
      )}
      value={value}
      onChange={onChange}
      required
    />
  );
}
