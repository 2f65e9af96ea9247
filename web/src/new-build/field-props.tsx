import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from '../shared/icons.tsx';
import type { FieldName, FieldNote } from './problems.ts';

/** What a field is given besides its value. */
export type FieldProps = {
  readonly error?: ReactNode;
  readonly description?: ReactNode;
  readonly inputWrapperOrder: ('label' | 'input' | 'description' | 'error')[];
  readonly onBlur: () => void;
};

/** Hands a field its note, or else its hint: both in the same place, so that little moves. */
export type DescribeField = (name: FieldName, hint?: ReactNode) => FieldProps;

export function toFieldProps(note: FieldNote | undefined, hint: ReactNode, onBlur: () => void): FieldProps {
  const common = {
    inputWrapperOrder: ['label', 'input', 'description', 'error'],
    onBlur,
  } satisfies FieldProps;
  if (note?.severity === 'error') return { ...common, error: capitalize(note.text) };
  if (note?.severity === 'warning')
    return { ...common, description: <Warning text={capitalize(note.text)} /> };
  return hint === undefined ? common : { ...common, description: hint };
}

/** The service says it as a part of a sentence. */
function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Screen readers read it as the description of its field. */
function Warning({ text }: { readonly text: string }) {
  return (
    <Group component="span" gap={5} wrap="nowrap" align="start" c="var(--mantine-color-text)">
      <span style={{ color: 'var(--mantine-color-orange-filled)', lineHeight: 1.3 }}>
        <Icon name="warning" />
      </span>
      <span>{text}</span>
    </Group>
  );
}
