/**
 * The list itself scrolls, and no region within it: the keyboard moves through its options, and assistive technology
 * knows it as the list of its field.
 */
export const longList = {
  withScrollArea: false,
  styles: { options: { maxHeight: '21rem', overflowY: 'auto' } },
} as const;
