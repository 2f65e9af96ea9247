import { Skeleton, Stack } from '@mantine/core';

/** In the place of rows that come: as high as they will be, so that nothing jumps. */
export function TableSkeleton({ rows }: { readonly rows: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={index} height={48} />
      ))}
    </Stack>
  );
}
