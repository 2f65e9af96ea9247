import { ActionIcon, Button, Group, Modal, Stack, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { Icon, type IconName } from './icons.tsx';

type Props = {
  /** What it does, and to what: `Revoke the token laptop`. The heading of the question too. */
  readonly label: string;
  /** On the button, words of the label; absent: the icon alone. */
  readonly text?: string;
  readonly icon?: IconName;
  /** What will be gone, and what stays. */
  readonly children: ReactNode;
  /** The word on the button that does it: `Revoke`. */
  readonly verb: string;
  /** The other way out. */
  readonly keepLabel?: string;
  readonly isDisabled?: boolean;
  readonly action: () => Promise<unknown>;
};

/** A button that asks before it does what cannot be undone. */
export function ConfirmButton({ label, text, icon = 'trash', children, verb, action, ...props }: Props) {
  const { keepLabel = 'Cancel', isDisabled = false } = props;
  const [isOpen, { open, close }] = useDisclosure(false);
  const { mutate, isPending, error, reset } = useMutation({ mutationFn: action, onSuccess: close });
  const ask = () => {
    reset();
    open();
  };
  return (
    <>
      {text === undefined ? (
        <Tooltip label={label}>
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            aria-label={label}
            disabled={isDisabled}
            onClick={ask}
          >
            <Icon name={icon} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <Button
          variant="default"
          color="red"
          leftSection={<Icon name={icon} />}
          aria-label={label}
          disabled={isDisabled}
          onClick={ask}
        >
          {text}
        </Button>
      )}
      <Modal opened={isOpen} onClose={close} title={`${label}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <div>{children}</div>
          {error !== null && <ErrorState error={error} />}
          <Group justify="end">
            <Button variant="default" onClick={close} data-autofocus>
              {keepLabel}
            </Button>
            <Button color="red" loading={isPending} onClick={() => mutate()}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
