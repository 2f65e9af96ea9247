import { ActionIcon, Group, Text, TextInput } from '@mantine/core';
import type { KeyboardEvent, Ref } from 'react';
import { Icon } from '../../shared/icons.tsx';
import classes from './log-view.module.css';

type Props = {
  readonly ref: Ref<HTMLInputElement>;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly count: number;
  /** Of the row that is shown among those that were found, from 1; 0: none of them is. */
  readonly place: number;
  readonly onStep: (step: 1 | -1) => void;
};

/** Enter goes to the next row that has it, with Shift to the one before. */
export function SearchBox({ ref, value, onChange, count, place, onStep }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') onChange('');
  };
  const hasNone = count === 0;
  return (
    <Group gap={4} wrap="nowrap" className={classes['search']}>
      <TextInput
        ref={ref}
        type="search"
        size="xs"
        flex={1}
        aria-label="Search the log"
        placeholder="Search the log"
        leftSection={<Icon name="search" />}
        rightSectionWidth="auto"
        rightSection={
          value !== '' && (
            <Text size="xs" c="dimmed" px={8} role="status">
              {hasNone ? 'none' : `${place} of ${count.toLocaleString('en')}`}
            </Text>
          )
        }
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ActionIcon variant="default" aria-label="Match before" disabled={hasNone} onClick={() => onStep(-1)}>
        <Icon name="up" />
      </ActionIcon>
      <ActionIcon variant="default" aria-label="Next match" disabled={hasNone} onClick={() => onStep(1)}>
        <Icon name="down" />
      </ActionIcon>
    </Group>
  );
}
