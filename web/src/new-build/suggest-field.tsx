import { Autocomplete, type AutocompleteProps, type OptionsFilter } from '@mantine/core';
import { useState } from 'react';
import type { FieldProps } from './field-props.tsx';
import { longList } from './long-list.ts';

type Props = Pick<
  AutocompleteProps,
  'label' | 'placeholder' | 'data' | 'filter' | 'renderOption' | 'required'
> & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly field: FieldProps;
};

/** Of a registry with more branches than that, typing finds the others. */
const maxSuggestions = 200;

/**
 * A text with suggestions, of which more can be written than is suggested. What is typed searches them; whoever opens
 * the list of a text that is there wants to see what else there is.
 */
export function SuggestField({ field, onChange, filter, ...props }: Props) {
  const [isTyped, setTyped] = useState(false);
  const list: OptionsFilter = filter
    ? (input) => filter(isTyped ? input : { ...input, search: '' })
    : ({ options }) => options;
  return (
    <Autocomplete
      {...longList}
      {...field}
      {...props}
      {...((filter !== undefined || !isTyped) && { filter: list })}
      onChange={(value) => {
        setTyped(true);
        onChange(value);
      }}
      onDropdownClose={() => setTyped(false)}
      limit={maxSuggestions}
      autoCapitalize="none"
      spellCheck={false}
      withAsterisk={false}
    />
  );
}
