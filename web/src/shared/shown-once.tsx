import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyField } from './copy-field.tsx';
import { useHeldDialog } from './hold-dialog.ts';
import { Icon } from './icons.tsx';

type Props = {
  /** What it is: `Token`. */
  readonly label: string;
  readonly text: string;
  /** What one can do with it. */
  readonly children?: ReactNode;
  readonly onDone: () => void;
};

/** A secret that nobody can see again. */
export function ShownOnce({ label, text, children, onDone }: Props) {
  useHeldDialog();
  return (
    <Stack>
      <Alert color="yellow" variant="light" icon={<Icon name="warning" />} role="status">
        It is shown only now: copy it before you go on.
      </Alert>
      <CopyField label={label} text={text} />
      {children}
      <Group justify="end">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
