import { Text } from '@mantine/core';

/** What a cell of a table is, where a phone shows no heading above it. */
export function PhoneLabel({ children }: { readonly children: string }) {
  return (
    <Text span inherit c="dimmed" hiddenFrom="sm">
      {children}{' '}
    </Text>
  );
}
