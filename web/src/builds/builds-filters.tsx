import { Autocomplete, Button, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { machinesQuery, usersQuery, workflowsQuery } from '../api/catalog.ts';
import { everybody } from '../shared/everybody.ts';
import { SearchField } from '../shared/search-field.tsx';
import { type BuildFilters, hasFilters, statusChoices } from './filters.ts';

/** Two beside each other on a phone. */
const filterWidth = { base: 'calc(50% - 0.5rem)', sm: '11rem' };

type Props = {
  readonly filters: BuildFilters;
  readonly onChange: (change: Partial<BuildFilters>, isTyped: boolean) => void;
  readonly onReset: () => void;
  readonly isAdmin: boolean;
};

export function BuildsFilters({ filters, onChange, onReset, isAdmin }: Props) {
  const workflows = useQuery(workflowsQuery());
  const machines = useQuery(machinesQuery);
  const machineNames = [
    ...(machines.data?.systems.map(({ name }) => name) ?? []),
    ...(machines.data?.microarchitectures.map(({ name }) => name) ?? []),
  ];
  return (
    <Group component="search" align="end" gap="sm" mb="md">
      <SearchField
        placeholder="Name or id"
        value={filters.search}
        onChange={(search) => onChange({ search }, true)}
        w={filterWidth}
      />
      <Select
        label="Status"
        placeholder="Any"
        data={statusChoices}
        value={filters.status || null}
        onChange={(status) => onChange({ status: status ?? '' }, false)}
        clearable
        w={filterWidth}
      />
      <SuggestedText
        label="Workflow"
        placeholder="Any"
        value={filters.workflow}
        suggestions={workflows.data?.items.map(({ name }) => name) ?? []}
        onChange={(workflow) => onChange({ workflow }, false)}
      />
      <SuggestedText
        label="Machine"
        placeholder="Any"
        value={filters.machine}
        suggestions={[...new Set(machineNames)]}
        onChange={(machine) => onChange({ machine }, false)}
      />
      {isAdmin && <UserFilter value={filters.user} onChange={(user) => onChange({ user }, false)} />}
      {hasFilters(filters) && (
        <Button variant="subtle" onClick={onReset}>
          Show all
        </Button>
      )}
    </Group>
  );
}

type TextProps = {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly suggestions: readonly string[];
  readonly onChange: (value: string) => void;
};

/**
 * A name, whole: it is looked for when it is one that is known, or the reader is done with it. Follows the address when
 * that changes otherwise.
 */
function SuggestedText({ label, placeholder, value, suggestions, onChange }: TextProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const tell = (name: string) => name !== value && onChange(name);
  return (
    <Autocomplete
      label={label}
      placeholder={placeholder}
      value={text}
      w={filterWidth}
      data={[...suggestions]}
      limit={50}
      onChange={(name) => {
        setText(name);
        if (name === '' || suggestions.includes(name)) tell(name);
      }}
      onBlur={() => tell(text.trim())}
      onKeyDown={({ key }) => key === 'Enter' && tell(text.trim())}
    />
  );
}

function UserFilter({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (user: string) => void;
}) {
  const { data } = useQuery(usersQuery);
  const users = data?.items.map(({ name }) => ({ value: name, label: name })) ?? [];
  const isKnown = value === '' || value === everybody || users.some((user) => user.value === value);
  return (
    <Select
      label="User"
      data={[
        { value: '', label: 'Mine' },
        { value: everybody, label: 'Everybody' },
        ...users,
        ...(isKnown ? [] : [{ value, label: value }]),
      ]}
      value={value}
      onChange={(user) => onChange(user ?? '')}
      allowDeselect={false}
      searchable
      w={filterWidth}
    />
  );
}
