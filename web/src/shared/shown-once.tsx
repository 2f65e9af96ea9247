import { Alert, Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { CopyField } from './copy-field.tsx';
import { focusDialog, useHeldDialog } from './hold-dialog.ts';
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
  const box = useRef<HTMLDivElement>(null);
  // The field that had the focus is gone.
  useEffect(() => focusDialog(box.current), []);
  return (
    <Stack ref={box}>
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
