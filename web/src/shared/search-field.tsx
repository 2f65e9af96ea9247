import { TextInput, type TextInputProps } from '@mantine/core';
import { Icon } from './icons.tsx';
import { useTyped } from './use-typed.ts';

type Props = Pick<TextInputProps, 'w'> & {
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** Looks for what is typed, a moment after the last letter. */
export function SearchField({ placeholder, value, onChange, w }: Props) {
  const [text, change] = useTyped(value, onChange);
  return (
    <TextInput
      type="search"
      label="Search"
      placeholder={placeholder}
      leftSection={<Icon name="search" />}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      {...(w !== undefined && { w })}
    />
  );
}
