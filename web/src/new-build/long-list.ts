import type { OptionsFilter } from '@mantine/core';
import { useState } from 'react';

/**
 * The list itself scrolls, and no region within it: the keyboard moves through its options, and assistive technology
 * knows it as the list of its field.
 */
const look = {
  withScrollArea: false,
  styles: { options: { maxHeight: '21rem', overflowY: 'auto' } },
} as const;

/**
 * For a field with a list of many options: while it is closed it has none, since hundreds of them, of lists that may never
 * be opened, are half the work of a form. The list itself stays: its field names it for assistive technology.
 */
export function useLongList(filter: OptionsFilter, onClose?: () => void) {
  const [isOpen, setOpen] = useState(false);
  return {
    ...look,
    filter: ((input) => (isOpen ? filter(input) : [])) satisfies OptionsFilter,
    onDropdownOpen: () => setOpen(true),
    onDropdownClose: () => {
      setOpen(false);
      onClose?.();
    },
  } as const;
}
