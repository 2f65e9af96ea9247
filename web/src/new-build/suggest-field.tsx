import {
  Autocomplete,
  type AutocompleteProps,
  defaultOptionsFilter,
  type OptionsFilter,
} from '@mantine/core';
import { useState } from 'react';
import type { FieldProps } from './field-props.tsx';
import { useLongList } from './long-list.ts';

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
  const search = filter ?? (defaultOptionsFilter as OptionsFilter);
  const list = useLongList(
    (input) => search(isTyped ? input : { ...input, search: '' }),
    () => setTyped(false),
  );
  return (
    <Autocomplete
      {...list}
      {...field}
      {...props}
      onChange={(value) => {
        setTyped(true);
        onChange(value);
      }}
      limit={maxSuggestions}
      autoCapitalize="none"
      spellCheck={false}
      withAsterisk={false}
    />
  );
}
