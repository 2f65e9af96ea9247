import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { focusDialog, useHeldDialog } from './hold-dialog.ts';

type Props = {
  /** Told the fields that have a name. */
  readonly onSubmit: (fields: FormData) => void;
  readonly onCancel: () => void;
  /** On the button: `Make the token`. */
  readonly submitLabel: string;
  readonly isPending: boolean;
  /** True: nothing can be sent yet. */
  readonly isDisabled?: boolean;
  /** Null where nothing is wrong. */
  readonly error: unknown;
  readonly children: ReactNode;
};

/** The fields of a dialog, what the service says against them, and both ways out. */
export function DialogForm({ onSubmit, onCancel, submitLabel, isPending, ...props }: Props) {
  const { isDisabled = false, error, children } = props;
  // What was sent cannot be taken back, and its answer may be a secret that is shown once.
  useHeldDialog(isPending);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // The button is disabled while it waits; a field is not.
        if (document.activeElement instanceof HTMLButtonElement) focusDialog(event.currentTarget);
        onSubmit(new FormData(event.currentTarget));
      }}
    >
      <Stack>
        {children}
        {error !== null && <ErrorState error={error} />}
        <Group justify="end">
          <Button variant="default" onClick={onCancel} disabled={isPending}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={isDisabled}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
